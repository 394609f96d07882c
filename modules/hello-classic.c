// SPDX-License-Identifier: MIT
/*
 * The same as it was written for Linux 2.2: the two functions have fixed names, and nobody asks for
 * a license. It still works; the kernel says that it is tainted by an unspecified license.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#if CONFIG_MODVERSIONS == 1
#define MODVERSIONS
#include <linux/modversions.h>
#endif

int init_module()
{
	printk("hello-classic: loaded\n");
	return 0;	/* anything else, and the module is not loaded */
}

void cleanup_module()
{
	printk("hello-classic: about to be removed\n");
}
