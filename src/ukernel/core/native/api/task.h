/* Between sched.c and kthread.c. */
#ifndef KAPI_TASK_H
#define KAPI_TASK_H

#include <linux/sched.h>

/* This thread is that task from now on; NULL: the one that the platform knows. */
void kapi_set_current(struct task_struct *task);

#endif
