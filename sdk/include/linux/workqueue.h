#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/jiffies.h>
#include <linux/stdarg.h>
#include <linux/timer.h>
#include <linux/types.h>

/*
 * Functions that threads of the kernel call, where they may sleep. Work is in a queue at most once
 * and never runs twice at a time; its function may queue it again, and may free its memory.
 * Source of all: include/linux/workqueue.h, kernel/workqueue.c.
 */
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t func;
	unsigned long data;	/* not used */
};

struct delayed_work {
	struct work_struct work;
	struct workqueue_struct *wq;	/* that it was queued on */
};

struct workqueue_struct;

#define __WORK_INITIALIZER(name, function) { .func = (function) }
#define DECLARE_WORK(name, function) struct work_struct name = __WORK_INITIALIZER(name, function)
#define DECLARE_DELAYED_WORK(name, function) \
	struct delayed_work name = { .work = __WORK_INITIALIZER(name.work, function) }
#define DECLARE_DEFERRABLE_WORK(name, function) DECLARE_DELAYED_WORK(name, function)
/** INIT_WORK, INIT_DELAYED_WORK - work that is not pending. Context: any. */
#define INIT_WORK(work, function) do { (work)->func = (function); (work)->data = 0; } while (0)
#define INIT_WORK_ONSTACK(work, function) INIT_WORK(work, function)
#define destroy_work_on_stack(work) ((void)(work))
#define INIT_DELAYED_WORK(dwork, function) \
	do { INIT_WORK(&(dwork)->work, function); (dwork)->wq = NULL; } while (0)
#define INIT_DEFERRABLE_WORK(dwork, function) INIT_DELAYED_WORK(dwork, function)
#define to_delayed_work(its_work) container_of(its_work, struct delayed_work, work)

#define WQ_UNBOUND 0x2
#define WQ_FREEZABLE 0x4
#define WQ_MEM_RECLAIM 0x8
#define WQ_HIGHPRI 0x10
#define WQ_CPU_INTENSIVE 0x20
#define WQ_SYSFS 0x40
#define WQ_POWER_EFFICIENT 0x80
#define __WQ_ORDERED 0x80000
#define WQ_MAX_ACTIVE 512
#define WQ_DFL_ACTIVE 256

/**
 * alloc_workqueue - a queue with threads of its own
 * @namefmt: a format; its arguments stand at the end
 * @max_active: how much of its work runs at the same time, 0: the default
 *
 * Context: may sleep. NULL if there is no memory. ordered, singlethread: one after the other.
 */
__printf(1, 4) struct workqueue_struct *alloc_workqueue(const char *namefmt, unsigned int flags,
							int max_active, ...);
#define alloc_ordered_workqueue(namefmt, flags, ...) \
	alloc_workqueue(namefmt, (flags) | __WQ_ORDERED, 1, ##__VA_ARGS__)
#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, name)
#define create_freezable_workqueue(name) create_workqueue(name)
#define create_singlethread_workqueue(name) alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, name)
/** destroy_workqueue - runs what is queued, and ends it; work that waits for its time is dropped,
 * with a warning. Context: may sleep. */
void destroy_workqueue(struct workqueue_struct *queue);

/* The kernel's own queues; they all do the same. */
extern struct workqueue_struct *__kmodern_system_wq(void);
#define system_wq __kmodern_system_wq()
#define system_highpri_wq system_wq
#define system_long_wq system_wq
#define system_unbound_wq system_wq
#define system_freezable_wq system_wq
#define system_power_efficient_wq system_wq

/**
 * queue_work, queue_delayed_work - has it called soon, or in so many jiffies; false: it was pending
 *
 * mod_delayed_work: with a new delay if it was (then true). schedule_...: on system_wq. Context: any.
 */
bool queue_work(struct workqueue_struct *queue, struct work_struct *work);
#define queue_work_on(cpu, queue, work) ((void)(cpu), queue_work(queue, work))
bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay);
#define queue_delayed_work_on(cpu, queue, work, delay) ((void)(cpu), queue_delayed_work(queue, work, delay))
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay);
#define schedule_work(work) queue_work(system_wq, work)
#define schedule_work_on(cpu, work) ((void)(cpu), schedule_work(work))
#define schedule_delayed_work(work, delay) queue_delayed_work(system_wq, work, delay)
#define schedule_delayed_work_on(cpu, work, delay) ((void)(cpu), schedule_delayed_work(work, delay))

/** flush_work - waits until it has run: false if it was idle. flush_delayed_work: at once. May sleep. */
bool flush_work(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *work);
/** flush_workqueue - waits for all that is queued now; drain_workqueue - and what that queues. */
void flush_workqueue(struct workqueue_struct *queue);
void drain_workqueue(struct workqueue_struct *queue);
#define flush_scheduled_work() flush_workqueue(system_wq)
/** cancel_work_sync - takes it from its queue and waits while it runs: true if it was pending. It
 * cannot be queued meanwhile. May sleep. cancel_work: does not wait. */
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work_sync(struct delayed_work *work);
bool cancel_work(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *work);
/** work_pending - whether it is queued; work_busy - WORK_BUSY_ bits. Context: any. */
#define WORK_BUSY_PENDING 1
#define WORK_BUSY_RUNNING 2
unsigned int work_busy(struct work_struct *work);
#define work_pending(work) ((work_busy(work) & WORK_BUSY_PENDING) != 0)
#define delayed_work_pending(dwork) work_pending(&(dwork)->work)

#endif
