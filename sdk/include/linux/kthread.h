#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sched.h>

struct completion;

#define NUMA_NO_NODE (-1)

/**
 * kthread_create - a thread that will run function(data), and does not before wake_up_process()
 * @namefmt: a format and its arguments; 15 bytes of the result are the thread's comm
 *
 * Its structure goes when it ends, unless get_task_struct() keeps it: who calls kthread_stop() must
 * know that it still runs. Context: may sleep. ERR_PTR(-ENOMEM, -EAGAIN). Source: kernel/kthread.c.
 */
__printf(4, 5) struct task_struct *kthread_create_on_node(int (*function)(void *data), void *data,
							  int node, const char *namefmt, ...);
#define kthread_create(function, data, namefmt, ...) \
	kthread_create_on_node(function, data, NUMA_NO_NODE, namefmt, ##__VA_ARGS__)
#define kthread_create_on_cpu(function, data, cpu, namefmt) \
	((void)(cpu), kthread_create(function, data, namefmt, cpu))
/** kthread_run - the same, and it runs at once. */
#define kthread_run(function, data, namefmt, ...) ({				\
	struct task_struct *__task = kthread_create(function, data, namefmt, ##__VA_ARGS__); \
	if (!IS_ERR(__task))							\
		wake_up_process(__task);					\
	__task; })
#define kthread_bind(task, cpu) ((void)(task), (void)(cpu))

/**
 * kthread_stop - asks a thread to end, wakes it, and waits until it has
 *
 * Returns what its function returned; -EINTR if it never ran. A task that is no kernel thread any
 * more ends the call as BUG() does. Context: may sleep.
 */
int kthread_stop(struct task_struct *task);
/** kthread_should_stop - in the thread: whether it was asked to. Context: any. */
bool kthread_should_stop(void);
/** kthread_should_park, kthread_parkme - in the thread: whether it is to wait; it waits. */
bool kthread_should_park(void);
void kthread_parkme(void);
/** kthread_park - has it wait in kthread_parkme(), -ENOSYS if it has ended; kthread_unpark - go on. */
int kthread_park(struct task_struct *task);
void kthread_unpark(struct task_struct *task);

/** kthread_exit, kthread_complete_and_exit - end the thread that calls; the latter completes first,
 * when no code of its module runs any more. */
void __noreturn kthread_exit(long result);
void __noreturn kthread_complete_and_exit(struct completion *completion, long result);

#endif
