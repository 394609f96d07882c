#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/types.h>

/** msleep, ssleep, usleep_range, fsleep - sleep at least that long. May sleep, of course. */
void msleep(unsigned int ms);
void usleep_range(unsigned long low, unsigned long high);
/** msleep_interruptible - the same, until a signal comes: the milliseconds that are left. */
unsigned long msleep_interruptible(unsigned int ms);
#define ssleep(seconds) msleep((seconds) * 1000)
#define fsleep(us) usleep_range(us, (us) * 2)

/** udelay, ndelay, mdelay - wait without sleeping. Context: any. */
void __udelay(unsigned long us);
void __ndelay(unsigned long ns);
#define udelay(us) __udelay(us)
#define ndelay(ns) __ndelay(ns)
#define mdelay(ms) __udelay((ms) * 1000ul)

#endif
