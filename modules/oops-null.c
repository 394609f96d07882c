// SPDX-License-Identifier: MIT
/* Writes through a null pointer while it is loaded: the kernel logs an oops, keeps the module, and lives on. */
#include <linux/kernel.h>
#include <linux/module.h>

struct thing {
	int first, second, third;
};

static struct thing *nothing;

static noinline int do_harm(void)
{
	WRITE_ONCE(nothing->third, 1);	/* address 8 */
	return 0;
}

static int __init oops_init(void)
{
	pr_info("oops-null: now\n");
	return do_harm();
}

static void __exit oops_exit(void)
{
}

module_init(oops_init);
module_exit(oops_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Writes through a null pointer");
