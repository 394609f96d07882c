// The running task, sleeping and waking: sdk/include/linux/sched.h, preempt.h.
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "api.h"
#include "sched/task.h"

static __thread struct task_struct *own_task;

void kapi_set_current(struct task_struct *task)
{
	own_task = task;
}

struct task_struct *__kmodern_current(void)
{
	static struct signal_struct no_terminal;
	static __thread struct task_struct task;
	const struct platform_task *from;

	if (own_task)
		return own_task;
	from = platform_current();
	BUILD_BUG_ON(sizeof(from->comm) != TASK_COMM_LEN);
	task.pid = from->pid;
	task.tgid = from->pid;
	memcpy(task.comm, from->comm, sizeof(task.comm));
	task.signal = &no_terminal;
	return &task;
}
EXPORT_SYMBOL(__kmodern_current);

int *__kmodern_preempt_count(void)
{
	return platform_atomic_depth();
}
EXPORT_SYMBOL(__kmodern_preempt_count);

int signal_pending(struct task_struct *task)
{
	if (task == current && !task->pending.signal.sig[0] && platform_interrupted())
		task->pending.signal.sig[0] |= sigmask(SIGKILL);
	return task->pending.signal.sig[0] != 0;
}
EXPORT_SYMBOL(signal_pending);

/* The state is the word that is slept on: who changes it to TASK_RUNNING wakes. */
static void sleep_until(u64 deadline)
{
	struct task_struct *task = current;
	int state;

	if (*platform_atomic_depth()) {
		printk(KERN_ERR "BUG: scheduling while atomic: %.16s/%d/0x%08x\n", task->comm, task->pid,
		       *platform_atomic_depth());
		platform_log_locks(3);
		kapi_log_backtrace(KERN_ERR, 1);
	}
	while ((state = __atomic_load_n(&task->__state, __ATOMIC_SEQ_CST)) != TASK_RUNNING) {
		u64 now = platform_monotonic(), wake = deadline;

		if (now >= deadline || signal_pending_state(state, task))
			break;
		if (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL))
			wake = min(wake, now + platform_interrupt_interval);
		platform_wait_until(&task->__state, state, wake);
	}
	__atomic_store_n(&task->__state, TASK_RUNNING, __ATOMIC_SEQ_CST);
}

/* A century from now, which the system call takes. */
#define NEVER (platform_monotonic() + 100ULL * 365 * 24 * 3600 * NSEC_PER_SEC)

void schedule(void)
{
	if (__atomic_load_n(&current->__state, __ATOMIC_SEQ_CST) == TASK_RUNNING)
		yield();
	else
		sleep_until(NEVER);
}
EXPORT_SYMBOL(schedule);

signed long schedule_timeout(signed long timeout)
{
	u64 start = platform_monotonic(), tick = NSEC_PER_SEC / HZ, passed;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (timeout < 0) {
		pr_err("schedule_timeout: wrong timeout value %lx\n", timeout);
		dump_stack();
		set_current_state(TASK_RUNNING);
		return 0;
	}
	if (timeout > LONG_MAX / (long)tick / 2)
		sleep_until(NEVER);
	else
		sleep_until(start + timeout * tick);
	passed = (platform_monotonic() - start) / tick;
	return passed >= (u64)timeout ? 0 : timeout - (signed long)passed;
}
EXPORT_SYMBOL(schedule_timeout);

signed long schedule_timeout_interruptible(signed long timeout)
{
	set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_interruptible);

signed long schedule_timeout_killable(signed long timeout)
{
	set_current_state(TASK_KILLABLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_killable);

signed long schedule_timeout_uninterruptible(signed long timeout)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_uninterruptible);

void yield(void)
{
	kapi_may_sleep();
	platform_yield();
}
EXPORT_SYMBOL(yield);

int _cond_resched(void)
{
	kapi_may_sleep();
	return 0;
}
EXPORT_SYMBOL(_cond_resched);

int wake_up_state(struct task_struct *task, unsigned int mask)
{
	int state = __atomic_load_n(&task->__state, __ATOMIC_SEQ_CST);

	do {
		if (!(state & mask))
			return 0;
	} while (!__atomic_compare_exchange_n(&task->__state, &state, TASK_RUNNING, 0,
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	/* The task may have gone by now: its address only names what is slept on. */
	platform_wake(&task->__state, 1);
	return 1;
}
EXPORT_SYMBOL(wake_up_state);

int wake_up_process(struct task_struct *task)
{
	return wake_up_state(task, TASK_NORMAL);
}
EXPORT_SYMBOL(wake_up_process);
