// SPDX-License-Identifier: MIT
/*
 * Java's class files as programs, as Linux 2.0 had them: who executes one gets the interpreter that /etc would name.
 * Asked for as binfmt-beba, by the bytes 2 and 3 of such a file.
 */
#include <linux/binfmts.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/string.h>

static char *interpreter = "/usr/bin/java";
module_param(interpreter, charp, 0644);
MODULE_PARM_DESC(interpreter, "the program that executes class files");

static int load_class(struct linux_binprm *program)
{
	if (memcmp(program->buf, "\xca\xfe\xba\xbe", 4))
		return -ENOEXEC;
	return bprm_change_interp(interpreter, program);
}

static struct linux_binfmt java_format = {
	.module = THIS_MODULE,
	.load_binary = load_class,
};

static int __init java_init(void)
{
	register_binfmt(&java_format);
	return 0;
}

static void __exit java_exit(void)
{
	unregister_binfmt(&java_format);
}

module_init(java_init);
module_exit(java_exit);

MODULE_ALIAS("binfmt-beba");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Java's class files as programs");
