// SPDX-License-Identifier: MIT
/* Divides by zero while it is loaded: the kernel logs an oops, keeps the module, and lives on. */
#include <linux/kernel.h>
#include <linux/module.h>

static int zero;
module_param(zero, int, 0444);

static noinline int do_harm(void)
{
	return 100 / READ_ONCE(zero);
}

static int __init oops_init(void)
{
	pr_info("oops-divide: now\n");
	return do_harm();
}

static void __exit oops_exit(void)
{
}

module_init(oops_init);
module_exit(oops_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Divides by zero");
