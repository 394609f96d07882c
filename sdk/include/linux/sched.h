#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/jiffies.h>
#include <linux/types.h>
#include <asm/current.h>

#define TASK_COMM_LEN 16
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2

/* Who runs this code: the process that opened the file in file operations, else the thread itself. */
struct task_struct {
	pid_t pid;
	pid_t tgid;
	char comm[TASK_COMM_LEN];
};

static inline pid_t task_pid_nr(struct task_struct *task)
{
	return task->pid;
}

static inline pid_t task_tgid_nr(struct task_struct *task)
{
	return task->tgid;
}

/** schedule, cond_resched - let others run. May sleep. */
void schedule(void);
int _cond_resched(void);
#define cond_resched() _cond_resched()
#define signal_pending(task) ((void)(task), 0)

#endif
