// SPDX-License-Identifier: MIT
/* Calls a function through a null pointer while it is loaded: the kernel logs an oops, keeps the module, and lives on. */
#include <linux/kernel.h>
#include <linux/module.h>

static int (*nowhere)(void);

static noinline int do_harm(void)
{
	return READ_ONCE(nowhere)();
}

static int __init oops_init(void)
{
	pr_info("oops-jump: now\n");
	return do_harm();
}

static void __exit oops_exit(void)
{
}

module_init(oops_init);
module_exit(oops_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Calls a function through a null pointer");
