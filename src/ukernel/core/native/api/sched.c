// The running task: sdk/include/linux/sched.h.
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "api.h"

struct task_struct *__kmodern_current(void)
{
	static __thread struct task_struct task;
	const struct platform_task *from = platform_current();

	BUILD_BUG_ON(sizeof(from->comm) != TASK_COMM_LEN);
	task.pid = from->pid;
	task.tgid = from->pid;
	memcpy(task.comm, from->comm, sizeof(task.comm));
	return &task;
}
EXPORT_SYMBOL(__kmodern_current);

void schedule(void)
{
	kapi_may_sleep();
	platform_yield();
}
EXPORT_SYMBOL(schedule);

int _cond_resched(void)
{
	kapi_may_sleep();
	return 0;
}
EXPORT_SYMBOL(_cond_resched);
