// SPDX-License-Identifier: MIT
/* A library: it does nothing by itself, and exports a function that greet uses. */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include "greeter.h"

static char *word = "Hello";
module_param(word, charp, 0444);
MODULE_PARM_DESC(word, "what a greeting begins with");

static atomic_t greetings = ATOMIC_INIT(0);

int greeter_greet(char *buffer, size_t size, const char *whom)
{
	return scnprintf(buffer, size, "%s, %s! This is greeting %d.\n", word, whom,
			 atomic_inc_return(&greetings));
}
EXPORT_SYMBOL_GPL(greeter_greet);

static int __init greeter_init(void)
{
	pr_info("greeter: ready\n");
	return 0;
}

static void __exit greeter_exit(void)
{
	pr_info("greeter: %d greetings given\n", atomic_read(&greetings));
}

module_init(greeter_init);
module_exit(greeter_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Greets on behalf of other modules");
