// SPDX-License-Identifier: MIT
/* An init that says no: the load is undone, and insmod reports this errno. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>

static int error = ENODEV;
module_param(error, int, 0444);
MODULE_PARM_DESC(error, "the errno that init returns; 0 succeeds");

static int __init init_fails_init(void)
{
	pr_info("init-fails: init returns %pe\n", ERR_PTR(-error));
	return -error;
}

static void __exit init_fails_exit(void)
{
}

module_init(init_fails_init);
module_exit(init_fails_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A module whose init fails");
