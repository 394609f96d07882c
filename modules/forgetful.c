// SPDX-License-Identifier: MIT
/* Forgets what its exit should undo: a timer and work, which are taken away, or a thread, which pins it. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static bool thread;
module_param(thread, bool, 0444);
MODULE_PARM_DESC(thread, "forget a thread that does not stop");

static void never(struct timer_list *timer)
{
	pr_info("forgetful: called after its exit\n");
}
static DEFINE_TIMER(timer, never);

static void never_work(struct work_struct *work)
{
	pr_info("forgetful: called after its exit\n");
}
static DECLARE_DELAYED_WORK(work, never_work);

static int sleep_on(void *data)
{
	ssleep(100000);
	return 0;
}

static int __init forgetful_init(void)
{
	if (thread)
		return PTR_ERR_OR_ZERO(kthread_run(sleep_on, NULL, "forgotten"));
	mod_timer(&timer, jiffies + 1000 * HZ);
	schedule_delayed_work(&work, 1000 * HZ);
	return 0;
}

static void __exit forgetful_exit(void)
{
}

module_init(forgetful_init);
module_exit(forgetful_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Leaves a timer, work or a thread behind");
