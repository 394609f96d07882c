// SPDX-License-Identifier: MIT
/* Asks for a module as often as wished while it is loaded, and logs how long one asking took. */
#include <linux/init.h>
#include <linux/kmod.h>
#include <linux/ktime.h>
#include <linux/module.h>

static char *name = "nothing";
static int times = 1;
static bool numbered;

module_param(name, charp, 0);
module_param(times, int, 0);
module_param(numbered, bool, 0);
MODULE_PARM_DESC(numbered, "ask for NAME0, NAME1...");

static int __init asks_init(void)
{
	ktime_t begun = ktime_get();
	int i;

	for (i = 0; i < times; i++) {
		if (numbered)
			request_module("%s%d", name, i);
		else
			request_module("%s", name);
	}
	pr_info("asks: %lld ns\n", (long long)(ktime_get() - begun) / times);
	return 0;
}

static void __exit asks_exit(void)
{
}

module_init(asks_init);
module_exit(asks_exit);
MODULE_LICENSE("Dual MIT/GPL");
