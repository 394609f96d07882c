#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/types.h>

/*
 * What forbids sleeping, counted per thread: spinlocks and preempt_disable() in the low byte,
 * timers and tasklets as softirqs. preempt_disable() keeps nobody else from running.
 * Context: any. Source: include/linux/preempt.h.
 */
#define PREEMPT_MASK 0x000000ff
#define SOFTIRQ_MASK 0x0000ff00
#define SOFTIRQ_OFFSET 0x00000100
#define HARDIRQ_MASK 0x000f0000
#define HARDIRQ_OFFSET 0x00010000

int *__kmodern_preempt_count(void);
#define preempt_count() (*__kmodern_preempt_count())
#define preempt_disable() ((void)++*__kmodern_preempt_count())
#define preempt_enable() ((void)--*__kmodern_preempt_count())
#define preempt_enable_no_resched() preempt_enable()

#define softirq_count() (preempt_count() & SOFTIRQ_MASK)
#define hardirq_count() (preempt_count() & HARDIRQ_MASK)
/** in_interrupt - in a timer, tasklet or hrtimer; in_task - not. in_atomic - sleeping is forbidden. */
#define in_interrupt() (preempt_count() & (SOFTIRQ_MASK | HARDIRQ_MASK))
#define in_softirq() softirq_count()
#define in_serving_softirq() softirq_count()
#define in_hardirq() hardirq_count()
#define in_irq() hardirq_count()
#define in_nmi() 0
#define in_task() (!in_interrupt())
#define in_atomic() (preempt_count() != 0)
#define preemptible() (!in_atomic())

#endif
