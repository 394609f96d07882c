// SPDX-License-Identifier: MIT
/*
 * Every kind of parameter. Try: insmod parameters.ko number=-7 list=1,2,3 text="two words" quiet
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned char small = 1;
module_param(small, byte, 0444);
static short number16 = -2;
module_param(number16, short, 0444);
static unsigned short count16 = 2;
module_param(count16, ushort, 0444);
static int number = -3;
module_param(number, int, 0644);
MODULE_PARM_DESC(number, "any number");
static unsigned int count = 3;
module_param(count, uint, 0644);
static long big = -4;
module_param(big, long, 0444);
static unsigned long size = 4;
module_param(size, ulong, 0444);
static unsigned long long huge = 5;
module_param(huge, ullong, 0444);
static unsigned int mask = 0xff;
module_param(mask, hexint, 0444);

static bool quiet;
module_param(quiet, bool, 0644);
MODULE_PARM_DESC(quiet, "say less; the name alone means yes");
static bool checks = true;	/* "nochecks=1" clears it */
module_param_named(nochecks, checks, invbool, 0444);

static char *text = "none";
module_param(text, charp, 0444);
MODULE_PARM_DESC(text, "any text");
static char label[8] = "short";
module_param_string(label, label, sizeof(label), 0444);

static int list[4];
static unsigned int list_length;
module_param_array(list, int, &list_length, 0444);
MODULE_PARM_DESC(list, "up to four numbers, with commas between them");

/* A kind of one's own: even numbers only. */
static int even = 2;

static int set_even(const char *value, const struct kernel_param *kp)
{
	int given, error = kstrtoint(value, 0, &given);

	if (error)
		return error;
	if (given % 2)
		return -EINVAL;
	*(int *)kp->arg = given;
	return 0;
}

static const struct kernel_param_ops even_ops = {
	.set = set_even,
	.get = param_get_int,
};
module_param_cb(even, &even_ops, &even, 0644);
MODULE_PARM_DESC(even, "an even number");

static int __init parameters_init(void)
{
	unsigned int index;

	pr_info("small=%u number16=%d count16=%u number=%d count=%u\n", small, number16, count16,
		number, count);
	pr_info("big=%ld size=%lu huge=%llu mask=%#x\n", big, size, huge, mask);
	pr_info("quiet=%d checks=%d text=\"%s\" label=\"%s\" even=%d\n", quiet, checks, text, label,
		even);
	pr_info("list has %u:", list_length);
	for (index = 0; index < list_length; index++)
		pr_cont(" %d", list[index]);
	pr_cont("\n");
	return 0;
}

static void __exit parameters_exit(void)
{
}

module_init(parameters_init);
module_exit(parameters_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Every kind of parameter");
