#ifndef _LINUX_BINFMTS_H
#define _LINUX_BINFMTS_H

#include <linux/list.h>
#include <linux/types.h>

struct file;
struct module;

#define BINPRM_BUF_SIZE 256

/* A program that is about to be executed. */
struct linux_binprm {
	char buf[BINPRM_BUF_SIZE];	/* the file's beginning, filled up with zeros */
	const char *filename;		/* as it was named */
	const char *interp;		/* what is really executed: bprm_change_interp() */
};

/*
 * A format of programs. load_binary() gives -ENOEXEC for a file that is of another format. This kernel executes nothing:
 * what there is to see afterwards is the interpreter that the format chose.
 */
struct linux_binfmt {
	struct list_head lh;		/* of all; the kernel's own */
	struct module *module;		/* kept while it is called; always set it to THIS_MODULE */
	int (*load_binary)(struct linux_binprm *program);
};

/** register_binfmt, insert_binfmt - a format that is tried last, or first. Context: may sleep. Source: fs/exec.c. */
void __register_binfmt(struct linux_binfmt *format, int insert);
#define register_binfmt(format) __register_binfmt(format, 0)
#define insert_binfmt(format) __register_binfmt(format, 1)
void unregister_binfmt(struct linux_binfmt *format);

/** bprm_change_interp - that program is to be executed instead, and gets this one. 0, -ENOMEM. */
int bprm_change_interp(const char *interpreter, struct linux_binprm *program);

#endif
