// SPDX-License-Identifier: MIT
/* Takes memory when it is loaded and forgets to give it back: rmmod and the log say where it was acquired. */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int blocks = 2;
module_param(blocks, int, 0444);
MODULE_PARM_DESC(blocks, "how many blocks of memory to forget");

static noinline void *take(size_t size)
{
	void *block = kmalloc(size, GFP_KERNEL);

	pr_info("leaky: %zu bytes\n", ksize(block));
	return block;
}

static void *kept;

static int __init leaky_init(void)
{
	int index;

	kfree(take(100));
	for (index = 0; index < blocks; index++)
		take(40);
	kept = kstrdup("kept until exit", GFP_KERNEL);
	return kept ? 0 : -ENOMEM;
}

static void __exit leaky_exit(void)
{
	kfree(kept);
}

module_init(leaky_init);
module_exit(leaky_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Leaks memory");
