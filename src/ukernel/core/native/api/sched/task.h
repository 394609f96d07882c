/* Between sched.c and kthread.c. */
#pragma once

#include <linux/sched.h>

/* This thread is that task from now on; NULL: the one that the platform knows. */
void kapi_set_current(struct task_struct *task);
