/* Module code that forgets what it has acquired: for owned_test.cc. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "owned_module.h"

void leave_memory(int blocks)
{
	while (blocks--)
		(void)kstrdup("forgotten", GFP_KERNEL);
}

static void nothing(struct timer_list *timer)
{
}

static DEFINE_TIMER(left_timer, nothing);
static void no_work(struct work_struct *work)
{
}

static DECLARE_DELAYED_WORK(left_work, no_work);

void leave_timer(void)
{
	mod_timer(&left_timer, jiffies + 1000 * HZ);
}

void leave_work(void)
{
	schedule_delayed_work(&left_work, 1000 * HZ);
}

void leave_queue(void)
{
	(void)alloc_workqueue("left", 0, 0);
}

void leave_cache(void)
{
	(void)kmem_cache_zalloc(kmem_cache_create("left_cache", 24, 0, 0, NULL), GFP_KERNEL);
}

static DECLARE_COMPLETION(began);

static int until_asked(void *data)
{
	complete(&began);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static DECLARE_COMPLETION(done);

static int ends(void *data)
{
	complete(&done);
	return 0;
}

/* Its last act lets the module go. */
void leave_thread_at_its_end(void)
{
	kthread_run(ends, NULL, "ends");
	wait_for_completion(&done);
}

void leave_references(void *module, int count)
{
	while (count--)
		__module_get(module);
}

static DECLARE_COMPLETION(let_go);

static int never_stops(void *data)
{
	complete(&began);
	wait_for_completion(&let_go);
	return 0;
}

void leave_thread(int stops)
{
	kthread_run(stops ? until_asked : never_stops, NULL, "left");
	wait_for_completion(&began);	/* one that has not begun would end without */
}

void let_thread_go(void)
{
	complete(&let_go);
}

void take_and_give_back(void)
{
	leave_timer();
	leave_work();
	del_timer_sync(&left_timer);
	cancel_delayed_work_sync(&left_work);
	kfree(kmalloc(10, GFP_KERNEL));
	destroy_workqueue(alloc_workqueue("given", 0, 0));
}
