// Kernel threads: sdk/include/linux/kthread.h.
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "api.h"
#include "sched/task.h"

/* Each time that somebody asks it to park, it parks once and says so once. */
enum parking { NOT_PARKED, SHOULD_PARK, PARKED };

/* The task is what modules see of it. */
struct kthread {
	struct list_head list;
	struct task_struct task;
	int (*function)(void *data);
	void *data;
	long result;
	bool should_stop;
	enum parking parking;
	struct completion parked;
	struct completion started;
	struct completion ended;
};

static LIST_HEAD(kthreads);
static DEFINE_SPINLOCK(kthreads_lock);

static struct kthread *self(void)
{
	return current->kthread;
}

/* One whose last act was to let the module go ends by itself. Others are asked to, and have a second. The
 * reference is the list's. */
static int take_away_kthread(void *thing)
{
	struct kthread *thread = thing;
	bool ended;

	if (wait_for_completion_timeout(&thread->ended, HZ / 4)) {
		put_task_struct(&thread->task);
		return 1;
	}
	__atomic_store_n(&thread->should_stop, true, __ATOMIC_RELEASE);
	wake_up_process(&thread->task);
	ended = wait_for_completion_timeout(&thread->ended, HZ) != 0;
	put_task_struct(&thread->task);
	return ended ? 0 : -1;
}

static const struct owned_kind owned_kthread = {
	.one = "kernel thread",
	.many = "kernel threads",
	.fate = "ended",
	.order = OWNED_RUNS,
	.take_away = take_away_kthread,
};

struct task_struct *get_task_struct(struct task_struct *task)
{
	__atomic_fetch_add(&task->usage, 1, __ATOMIC_RELAXED);
	return task;
}
EXPORT_SYMBOL(get_task_struct);

void put_task_struct(struct task_struct *task)
{
	struct kthread *thread = task->kthread;

	if (!thread || __atomic_sub_fetch(&task->usage, 1, __ATOMIC_ACQ_REL))
		return;
	spin_lock(&kthreads_lock);
	list_del(&thread->list);
	spin_unlock(&kthreads_lock);
	platform_free(thread);
}
EXPORT_SYMBOL(put_task_struct);

/* A reference on what is a kernel thread still; NULL for anything else. */
static struct kthread *find(const struct task_struct *task)
{
	struct kthread *thread, *found = NULL;

	spin_lock(&kthreads_lock);
	list_for_each_entry(thread, &kthreads, list)
		if (&thread->task == task && READ_ONCE(thread->task.usage)) {
			get_task_struct(&thread->task);
			found = thread;
			break;
		}
	spin_unlock(&kthreads_lock);
	return found;
}

static void disown(struct kthread *thread)
{
	if (owned_release(&owned_kthread, thread))
		put_task_struct(&thread->task);
}

static void run_function(void *argument)
{
	struct kthread *thread = argument;

	thread->result = thread->function(thread->data);
}

static void run(void *argument)
{
	struct kthread *thread = argument;

	thread->task.pid = thread->task.tgid = platform_thread_id();
	kapi_set_current(&thread->task);
	complete(&thread->started);
	/* kthread_create() has set the state: until somebody wakes it. */
	schedule();
	if (!__atomic_load_n(&thread->should_stop, __ATOMIC_ACQUIRE)) {
		if (platform_call(run_function, thread) < 0)
			thread->result = -EFAULT;
	}
	__atomic_fetch_or(&thread->task.flags, PF_EXITING, __ATOMIC_RELEASE);
	disown(thread);
	complete_all(&thread->parked);
	complete_all(&thread->ended);
	kapi_set_current(NULL);
	put_task_struct(&thread->task);
}

struct task_struct *kthread_create_on_node(int (*function)(void *data), void *data, int node,
					   const char *namefmt, ...)
{
	static struct signal_struct no_terminal;
	struct kthread *thread;
	va_list args;

	kapi_may_sleep();
	thread = platform_alloc(sizeof(*thread), ARCH_KMALLOC_MINALIGN, true);
	if (!thread)
		return ERR_PTR(-ENOMEM);
	va_start(args, namefmt);
	vsnprintf(thread->task.comm, sizeof(thread->task.comm), namefmt, args);
	va_end(args);
	thread->task.kthread = thread;
	thread->task.__state = TASK_UNINTERRUPTIBLE;
	thread->task.flags = PF_KTHREAD;
	thread->task.usage = 1;
	thread->task.signal = &no_terminal;
	thread->function = function;
	thread->data = data;
	thread->result = -EINTR;
	init_completion(&thread->parked);
	init_completion(&thread->started);
	init_completion(&thread->ended);
	spin_lock(&kthreads_lock);
	list_add(&thread->list, &kthreads);
	spin_unlock(&kthreads_lock);
	get_task_struct(&thread->task);
	if (!owned_acquire(&owned_kthread, thread, thread->task.comm, function, 0))
		put_task_struct(&thread->task);
	if (platform_thread_start(thread->task.comm, run, thread)) {
		disown(thread);
		put_task_struct(&thread->task);
		return ERR_PTR(-EAGAIN);
	}
	wait_for_completion(&thread->started);
	return &thread->task;
}
EXPORT_SYMBOL(kthread_create_on_node);

int kthread_stop(struct task_struct *task)
{
	struct kthread *thread = find(task);
	int result;

	kapi_may_sleep();
	if (!thread)
		kapi_bug("kthread_stop: %px is no kernel thread, or has ended", task);
	__atomic_store_n(&thread->should_stop, true, __ATOMIC_RELEASE);
	kthread_unpark(task);
	wake_up_process(task);
	wait_for_completion(&thread->ended);
	result = thread->result;
	put_task_struct(task);
	return result;
}
EXPORT_SYMBOL(kthread_stop);

bool kthread_should_stop(void)
{
	return self() && __atomic_load_n(&self()->should_stop, __ATOMIC_ACQUIRE);
}
EXPORT_SYMBOL(kthread_should_stop);

bool kthread_should_park(void)
{
	return self() && __atomic_load_n(&self()->parking, __ATOMIC_SEQ_CST) != NOT_PARKED;
}
EXPORT_SYMBOL(kthread_should_park);

void kthread_parkme(void)
{
	struct kthread *thread = self();
	enum parking asked;

	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		asked = SHOULD_PARK;
		if (__atomic_compare_exchange_n(&thread->parking, &asked, PARKED, false,
						__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			complete(&thread->parked);
		else if (asked == NOT_PARKED)
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}
EXPORT_SYMBOL(kthread_parkme);

int kthread_park(struct task_struct *task)
{
	struct kthread *thread = find(task);
	enum parking before = NOT_PARKED;
	int result = 0;

	kapi_may_sleep();
	if (!thread)
		return -ENOSYS;
	if (__atomic_load_n(&task->flags, __ATOMIC_ACQUIRE) & PF_EXITING) {
		result = -ENOSYS;
	} else if (__atomic_compare_exchange_n(&thread->parking, &before, SHOULD_PARK, false,
					       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		wake_up_process(task);
		wait_for_completion(&thread->parked);
	}
	put_task_struct(task);
	return result;
}
EXPORT_SYMBOL(kthread_park);

void kthread_unpark(struct task_struct *task)
{
	if (__atomic_exchange_n(&task->kthread->parking, NOT_PARKED, __ATOMIC_SEQ_CST) != NOT_PARKED)
		wake_up_process(task);
}
EXPORT_SYMBOL(kthread_unpark);

void kthread_exit(long result)
{
	struct kthread *thread = self();

	if (!thread)
		kapi_bug("kthread_exit: %.16s is no kernel thread", current->comm);
	thread->result = result;
	platform_leave();
}
EXPORT_SYMBOL(kthread_exit);

void kthread_complete_and_exit(struct completion *completion, long result)
{
	/* Whoever waits may remove the module: this thread does not return to its code. */
	if (self())
		disown(self());
	if (completion)
		complete(completion);
	kthread_exit(result);
}
EXPORT_SYMBOL(kthread_complete_and_exit);
