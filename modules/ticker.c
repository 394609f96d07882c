// SPDX-License-Identifier: MIT
/* A timer that counts, and work that says what it has counted: a timer may not sleep, work may. */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static int ticks = 3;
module_param(ticks, int, 0444);
MODULE_PARM_DESC(ticks, "how often it ticks");

static int count;

static void say(struct work_struct *work)
{
	pr_info("ticker: %d ticks, said by %s\n", READ_ONCE(count), current->comm);
}
static DECLARE_WORK(say_work, say);

static void tick(struct timer_list *timer)
{
	WRITE_ONCE(count, count + 1);
	if (count < ticks)
		mod_timer(timer, jiffies + HZ / 50);
	else
		schedule_work(&say_work);
}
static DEFINE_TIMER(timer, tick);

static int __init ticker_init(void)
{
	mod_timer(&timer, jiffies + 1);
	return 0;
}

static void __exit ticker_exit(void)
{
	del_timer_sync(&timer);
	cancel_work_sync(&say_work);
}

module_init(ticker_init);
module_exit(ticker_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A timer, and work in a queue");
