/* Module code that waits and is called later: for waiting_test.cc. */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "waiting_module.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);
static atomic_t flag;

static int set_flag(void *data)
{
	atomic_set(&flag, 1);
	wake_up(&queue);
	return 0;
}

long wait_for_a_thread(void)
{
	struct task_struct *task;

	atomic_set(&flag, 0);
	task = kthread_run(set_flag, NULL, "setter");
	if (IS_ERR(task))
		return PTR_ERR(task);
	wait_event(queue, atomic_read(&flag));
	return atomic_read(&flag);
}

long wait_with_a_timeout(int come_true)
{
	atomic_set(&flag, 0);
	if (come_true)
		kthread_run(set_flag, NULL, "setter");
	return wait_event_timeout(queue, atomic_read(&flag), come_true ? 100 * HZ : 1);
}

long wait_interruptibly(void)
{
	return wait_event_interruptible(queue, 0);
}

static DEFINE_MUTEX(held);

static int hold(void *data)
{
	mutex_lock(&held);
	complete(data);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	mutex_unlock(&held);
	return 0;
}

long wait_on_a_mutex_that_is_held(void)
{
	DECLARE_COMPLETION_ONSTACK(holds);
	struct task_struct *task = kthread_run(hold, &holds, "holder");
	long result;

	wait_for_completion(&holds);
	result = mutex_lock_interruptible(&held);
	kthread_stop(task);
	return result;
}

static DECLARE_COMPLETION(done);
static atomic_t woken;

static int wait_until_done(void *data)
{
	wait_for_completion(&done);
	atomic_inc(&woken);
	wake_up(&queue);
	return 0;
}

long complete_each_waiter_once(int waiters)
{
	int each;

	reinit_completion(&done);
	atomic_set(&woken, 0);
	for (each = 0; each < waiters; each++)
		kthread_run(wait_until_done, NULL, "waiter/%d", each);
	for (each = 0; each < waiters; each++)
		complete(&done);
	wait_event(queue, atomic_read(&woken) == waiters);
	return completion_done(&done) ? -1 : atomic_read(&woken);
}

static int until_stopped(void *data)
{
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return strcmp(current->comm, "stopped") || !(current->flags & PF_KTHREAD) ? -1 : 42;
}

long stop_a_thread(int let_it_run)
{
	struct task_struct *task = kthread_create(until_stopped, NULL, "stopped");

	if (let_it_run) {
		wake_up_process(task);
		while (task_is_running(task))
			cpu_relax();
	}
	return kthread_stop(task);
}

static int until_parked(void *data)
{
	int *rounds = data;

	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		WRITE_ONCE(*rounds, *rounds + 1);
		schedule_timeout_interruptible(1);
	}
	return 0;
}

long park_a_thread(void)
{
	int rounds = 0, parked_at;
	struct task_struct *task = kthread_run(until_parked, &rounds, "parked");

	while (!READ_ONCE(rounds))
		msleep(1);
	if (kthread_park(task))
		return -1;
	parked_at = rounds;
	msleep(20);
	if (rounds != parked_at)
		return -2;
	kthread_unpark(task);
	while (READ_ONCE(rounds) == parked_at)
		msleep(1);
	return kthread_stop(task);
}

static int complete_and_go(void *data)
{
	kthread_complete_and_exit(data, 0);
	return 1;
}

long exit_with_a_completion(void)
{
	DECLARE_COMPLETION_ONSTACK(gone);

	kthread_run(complete_and_go, &gone, "goer");
	wait_for_completion(&gone);
	return 0;
}

struct counting_timer {
	struct timer_list timer;
	struct completion fired;
	struct timer_seen *seen;
};

static void count_timer(struct timer_list *timer)
{
	struct counting_timer *counter = from_timer(counter, timer, timer);

	counter->seen->calls++;
	counter->seen->in_interrupt = in_interrupt() != 0;
	complete(&counter->fired);
}

long timers_fire_once(struct timer_seen *seen)
{
	struct counting_timer counter = { .seen = seen };

	init_completion(&counter.fired);
	timer_setup(&counter.timer, count_timer, 0);
	mod_timer(&counter.timer, jiffies + 1000 * HZ);
	seen->was_pending = timer_pending(&counter.timer) && mod_timer(&counter.timer, jiffies + 1);
	wait_for_completion(&counter.fired);
	mod_timer(&counter.timer, jiffies + 1000 * HZ);
	seen->deleted = del_timer_sync(&counter.timer) && !timer_pending(&counter.timer);
	return seen->calls;
}

static atomic_t in_timer, timer_ended;

static void run_for_a_while(struct timer_list *timer)
{
	atomic_set(&in_timer, 1);
	mdelay(30);
	mod_timer(timer, jiffies + 1);	/* nobody can set what is being deleted */
	atomic_set(&timer_ended, 1);
}

long delete_a_timer_that_runs(void)
{
	struct timer_list timer;

	atomic_set(&in_timer, 0);
	atomic_set(&timer_ended, 0);
	timer_setup(&timer, run_for_a_while, 0);
	mod_timer(&timer, jiffies);
	while (!atomic_read(&in_timer))
		cpu_relax();
	del_timer_sync(&timer);
	return atomic_read(&timer_ended) && !timer_pending(&timer);
}

static atomic_t ticks;
static int wanted_ticks;

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	if (atomic_inc_return(&ticks) == wanted_ticks) {
		wake_up(&queue);
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(timer, us_to_ktime(100));
	return HRTIMER_RESTART;
}

long hrtimer_restarts(int times)
{
	struct hrtimer timer;

	wanted_ticks = times;
	atomic_set(&ticks, 0);
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = tick;
	hrtimer_start(&timer, us_to_ktime(100), HRTIMER_MODE_REL);
	wait_event(queue, atomic_read(&ticks) == times);
	hrtimer_cancel(&timer);
	return atomic_read(&ticks);
}

struct counting_work {
	struct work_struct work;
	atomic_t runs;
	int left;
	struct completion go, began;
};

static void count_work(struct work_struct *work)
{
	atomic_inc(&container_of(work, struct counting_work, work)->runs);
}

static void wait_in_work(struct work_struct *work)
{
	struct counting_work *counter = container_of(work, struct counting_work, work);

	complete(&counter->began);
	wait_for_completion(&counter->go);
	atomic_inc(&counter->runs);
}

static void init_counting(struct counting_work *counter, work_func_t function)
{
	INIT_WORK(&counter->work, function);
	atomic_set(&counter->runs, 0);
	init_completion(&counter->go);
	init_completion(&counter->began);
}

long work_runs_once_for_each_time_queued(void)
{
	struct workqueue_struct *wq = alloc_workqueue("one-%s", 0, 1, "by-one");
	struct counting_work first, second;
	long result;

	init_counting(&first, wait_in_work);
	init_counting(&second, count_work);
	queue_work(wq, &first.work);
	result = queue_work(wq, &second.work) && !queue_work(wq, &second.work) &&
		 work_pending(&second.work);
	complete(&first.go);
	flush_workqueue(wq);
	result = result && atomic_read(&first.runs) == 1 && atomic_read(&second.runs) == 1 &&
		 !work_busy(&second.work) && !flush_work(&second.work);
	destroy_workqueue(wq);
	return result;
}

static int order[16], ordered;

struct numbered_work {
	struct work_struct work;
	int number;
};

static void note_order(struct work_struct *work)
{
	order[ordered++] = container_of(work, struct numbered_work, work)->number;
}

long work_of_an_ordered_queue_keeps_its_order(void)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered", 0);
	struct numbered_work works[16];
	int each;

	ordered = 0;
	for (each = 0; each < 16; each++) {
		INIT_WORK(&works[each].work, note_order);
		works[each].number = each;
		queue_work(wq, &works[each].work);
	}
	destroy_workqueue(wq);
	for (each = 0; each < 16; each++)
		if (order[each] != each)
			return 0;
	return ordered == 16;
}

long work_of_a_queue_runs_side_by_side(void)
{
	struct counting_work first, second;

	init_counting(&first, wait_in_work);
	init_counting(&second, wait_in_work);
	schedule_work(&first.work);
	schedule_work(&second.work);
	wait_for_completion(&first.began);
	wait_for_completion(&second.began);	/* the first has not ended */
	complete(&first.go);
	complete(&second.go);
	flush_work(&first.work);
	flush_work(&second.work);
	return atomic_read(&first.runs) == 1 && atomic_read(&second.runs) == 1;
}

static void requeue(struct work_struct *work)
{
	struct counting_work *counter = container_of(work, struct counting_work, work);

	if (atomic_inc_return(&counter->runs) < counter->left)
		schedule_work(work);
	else
		complete(&counter->go);
}

long work_requeues_itself(int times)
{
	struct counting_work counter = { .left = times };

	init_counting(&counter, requeue);
	counter.left = times;
	schedule_work(&counter.work);
	wait_for_completion(&counter.go);
	cancel_work_sync(&counter.work);
	return atomic_read(&counter.runs);
}

long cancel_pending_work(void)
{
	struct workqueue_struct *wq = create_singlethread_workqueue("single");
	struct counting_work first, second;
	long result;

	init_counting(&first, wait_in_work);
	init_counting(&second, count_work);
	queue_work(wq, &first.work);
	queue_work(wq, &second.work);
	result = cancel_work_sync(&second.work);
	complete(&first.go);
	result = result && !cancel_work_sync(&second.work);
	destroy_workqueue(wq);
	return result && atomic_read(&second.runs) == 0;
}

static atomic_t hurried;

static void note_hurry(struct work_struct *work)
{
	atomic_inc(&hurried);
}

long delayed_work_hurries(void)
{
	DECLARE_DELAYED_WORK(late, note_hurry);

	atomic_set(&hurried, 0);
	schedule_delayed_work(&late, 1000 * HZ);
	if (!delayed_work_pending(&late) || !mod_delayed_work(system_wq, &late, 2000 * HZ))
		return -1;
	flush_delayed_work(&late);
	schedule_delayed_work(&late, 1000 * HZ);
	return cancel_delayed_work_sync(&late) ? atomic_read(&hurried) : -2;
}

static void note_tasklet(struct tasklet_struct *tasklet)
{
	atomic_inc(&hurried);
	wake_up(&queue);
}

long tasklets_wait_until_enabled(void)
{
	DECLARE_TASKLET(tasklet, note_tasklet);

	atomic_set(&hurried, 0);
	tasklet_disable(&tasklet);
	tasklet_schedule(&tasklet);
	msleep(10);
	if (atomic_read(&hurried))
		return -1;
	tasklet_enable(&tasklet);
	wait_event(queue, atomic_read(&hurried));
	tasklet_kill(&tasklet);
	return atomic_read(&hurried);
}

static atomic_t reading, read;

static int read_for_a_while(void *data)
{
	rcu_read_lock();
	atomic_set(&reading, 1);
	mdelay(20);
	atomic_set(&read, 1);
	rcu_read_unlock();
	return 0;
}

long rcu_waits_for_readers(void)
{
	atomic_set(&reading, 0);
	atomic_set(&read, 0);
	kthread_run(read_for_a_while, NULL, "reader");
	while (!atomic_read(&reading))
		cpu_relax();
	synchronize_rcu();
	return atomic_read(&read);
}

static void sleep_here(struct timer_list *timer)
{
	msleep(1);
	wake_up(&queue);
	atomic_set(&flag, 1);
}

long sleep_in_a_timer(void)
{
	DEFINE_TIMER(timer, sleep_here);

	atomic_set(&flag, 0);
	mod_timer(&timer, jiffies);
	while (!atomic_read(&flag))
		msleep(1);
	del_timer_sync(&timer);
	return 0;
}

static DEFINE_MUTEX(kept);

long return_with_a_mutex(void)
{
	mutex_init(&kept);
	mutex_lock(&kept);
	return 0;
}

long return_without_preempt_enable(void)
{
	preempt_disable();
	return 0;
}

long free_a_held_lock(void)
{
	struct mutex *lock = kmalloc(sizeof(*lock), GFP_KERNEL);

	mutex_init(lock);
	mutex_lock(lock);
	kfree(lock);
	return 0;
}

static DEFINE_RWLOCK(rwlock);

long read_lock_twice_for_writing(void)
{
	rwlock_init(&rwlock);
	read_lock(&rwlock);
	write_lock(&rwlock);
	return 0;
}

static DEFINE_SPINLOCK(spinlock);
static DEFINE_MUTEX(mutex);
static DEFINE_SEMAPHORE(semaphore);
static DECLARE_RWSEM(rwsem);
static long count;
static int count_kind;

static int count_here(void *data)
{
	int each;

	for (each = 0; each < 2000; each++) {
		switch (count_kind) {
		case 0:
			spin_lock(&spinlock);
			count++;
			spin_unlock(&spinlock);
			break;
		case 1:
			mutex_lock(&mutex);
			count++;
			mutex_unlock(&mutex);
			break;
		case 2:
			down(&semaphore);
			count++;
			up(&semaphore);
			break;
		case 3:
			down_write(&rwsem);
			count++;
			up_write(&rwsem);
			down_read(&rwsem);
			up_read(&rwsem);
			break;
		default:
			write_lock(&rwlock);
			count++;
			write_unlock(&rwlock);
			read_lock(&rwlock);
			read_unlock(&rwlock);
		}
	}
	atomic_inc(&woken);
	wake_up(&queue);
	return 0;
}

long count_under(int kind, int threads)
{
	int each;

	rwlock_init(&rwlock);
	count = 0;
	count_kind = kind;
	atomic_set(&woken, 0);
	for (each = 0; each < threads; each++)
		kthread_run(count_here, NULL, "counter/%d", each);
	wait_event(queue, atomic_read(&woken) == threads);
	return count;
}
