#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/preempt.h>

/* There are no interrupts: to disable them forbids sleeping, and nothing more. Context: any. */
#define local_irq_disable() preempt_disable()
#define local_irq_enable() preempt_enable()
#define local_irq_save(flags) do { (flags) = preempt_count(); preempt_disable(); } while (0)
#define local_irq_restore(flags) do { (void)(flags); preempt_enable(); } while (0)
#define local_bh_disable() preempt_disable()
#define local_bh_enable() preempt_enable()
#define irqs_disabled() in_atomic()

#endif
