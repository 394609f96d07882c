#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/preempt.h>
#include <linux/signal.h>
#include <linux/smp.h>
#include <linux/types.h>
#include <asm/current.h>
#include <asm/page.h>

#define TASK_COMM_LEN 16
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

/* What a task sleeps in. Killable: only the end of its process interrupts it. */
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define TASK_WAKEKILL 0x100
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | 0x400)

#define PF_EXITING 0x4
#define PF_KTHREAD 0x200000

struct tty_struct;
struct mm_struct;

struct signal_struct {
	struct tty_struct *tty;		/* always NULL: nobody has a terminal here */
};

/*
 * Who runs this code: the process that opened the file in file operations, a kernel thread, else
 * the thread itself. Of a process that ends, or is interrupted, SIGKILL is pending.
 */
struct task_struct {
	int __state;			/* TASK_*: what the scheduler waits on */
	unsigned int flags;		/* PF_* */
	int usage;
	pid_t pid;
	pid_t tgid;
	char comm[TASK_COMM_LEN];
	struct sigpending pending;
	sigset_t blocked;
	struct signal_struct *signal;
	struct mm_struct *mm;		/* NULL */
	struct kthread *kthread;	/* the kernel's, of a kernel thread */
};

static inline pid_t task_pid_nr(struct task_struct *task)
{
	return task->pid;
}

static inline pid_t task_tgid_nr(struct task_struct *task)
{
	return task->tgid;
}

/* Say that one is going to sleep; then look whether there is reason to; then schedule(). */
#define set_current_state(state) \
	__atomic_store_n(&current->__state, (state), __ATOMIC_SEQ_CST)
#define __set_current_state(state) set_current_state(state)
#define get_current_state() READ_ONCE(current->__state)
#define task_is_running(task) (READ_ONCE((task)->__state) == TASK_RUNNING)

/**
 * schedule - sleeps until woken, in the state that was set before; lets others run if none was
 *
 * A pending signal ends TASK_INTERRUPTIBLE (and SIGKILL TASK_KILLABLE) at once; the state is
 * TASK_RUNNING afterwards. Context: may sleep. Source: kernel/sched/core.c.
 */
void schedule(void);
/**
 * schedule_timeout - the same for at most so many jiffies; what is left of them, 0: the time is up
 *
 * The others set their state themselves. Source: kernel/time/timer.c.
 */
signed long schedule_timeout(signed long timeout);
signed long schedule_timeout_interruptible(signed long timeout);
signed long schedule_timeout_killable(signed long timeout);
signed long schedule_timeout_uninterruptible(signed long timeout);
/** io_schedule - schedule. yield, cond_resched - let others run. May sleep. */
#define io_schedule() schedule()
void yield(void);
int _cond_resched(void);
#define cond_resched() _cond_resched()
/**
 * wake_up_process - ends the sleep of a task, or starts a new kernel thread; 1: it slept
 *
 * Context: any. Everything written before is seen by the task. Source: kernel/sched/core.c.
 */
int wake_up_process(struct task_struct *task);
/** wake_up_state - only if it sleeps in one of these states. Context: any. */
int wake_up_state(struct task_struct *task, unsigned int state);

/** signal_pending - whether the task must stop waiting; fatal_...: since its process ends. Any. */
int signal_pending(struct task_struct *task);
#define fatal_signal_pending(task) signal_pending(task)
#define signal_pending_state(state, task) \
	(((state) & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) && signal_pending(task))

/** get_task_struct, put_task_struct - keep a kernel thread's structure. Context: any. */
struct task_struct *get_task_struct(struct task_struct *task);
void put_task_struct(struct task_struct *task);

/* Priorities are the machine's own business: accepted, without effect. */
#define set_user_nice(task, nice) ((void)(task), (void)(nice))
#define sched_set_fifo(task) ((void)(task))
#define sched_set_normal(task, nice) ((void)(task), (void)(nice))

#endif
