#ifndef _LINUX_IRQRETURN_H
#define _LINUX_IRQRETURN_H

/* What a handler of interrupts gives back. */
typedef enum irqreturn { IRQ_NONE, IRQ_HANDLED, IRQ_WAKE_THREAD } irqreturn_t;
#define IRQ_RETVAL(handled) ((handled) ? IRQ_HANDLED : IRQ_NONE)

#endif
