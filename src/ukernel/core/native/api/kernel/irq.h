/* Interrupts, for what makes them. */
#pragma once

enum { IRQ_OF_GPIO = 32, IRQ_COUNT = IRQ_OF_GPIO + 1024 };

/* The handlers of that interrupt which asked for one of these IRQF_TRIGGER_* are called soon. Any context. */
void irq_raise(unsigned int irq, unsigned long trigger);
