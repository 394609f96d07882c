// Time and waiting: sdk/include/linux/jiffies.h, delay.h, ktime.h.
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "api.h"

EXPORT_SYMBOL(jiffies);

ktime_t ktime_get(void)
{
	return platform_monotonic();
}
EXPORT_SYMBOL(ktime_get);

ktime_t ktime_get_real(void)
{
	return platform_realtime();
}
EXPORT_SYMBOL(ktime_get_real);

void usleep_range(unsigned long low, unsigned long high)
{
	kapi_may_sleep();
	platform_sleep((u64)low * NSEC_PER_USEC);
}
EXPORT_SYMBOL(usleep_range);

void msleep(unsigned int ms)
{
	kapi_may_sleep();
	platform_sleep((u64)ms * NSEC_PER_MSEC);
}
EXPORT_SYMBOL(msleep);

unsigned long msleep_interruptible(unsigned int ms)
{
	long left = msecs_to_jiffies(ms) + 1;

	while (left && !platform_interrupted()) /* it may have been woken for something else */
		left = schedule_timeout_interruptible(left);
	return jiffies_to_msecs(left);
}
EXPORT_SYMBOL(msleep_interruptible);

/* Days since 1970 of the proleptic Gregorian calendar; years begin in March, so that leap days are last. */
static time64_t day_number(unsigned int year, unsigned int month, unsigned int day)
{
	unsigned int from_march = (month + 9) % 12;
	time64_t years = year - (month < 3);

	return years * 365 + years / 4 - years / 100 + years / 400 + (from_march * 153 + 2) / 5 + day - 1 - 719468;
}

time64_t mktime64(const unsigned int year, const unsigned int month, const unsigned int day,
		  const unsigned int hour, const unsigned int minute, const unsigned int second)
{
	return ((day_number(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
}
EXPORT_SYMBOL(mktime64);

void __ndelay(unsigned long ns)
{
	u64 end = platform_monotonic() + ns;

	while (platform_monotonic() < end)
		cpu_relax();
}
EXPORT_SYMBOL(__ndelay);

void __udelay(unsigned long us)
{
	__ndelay(us * NSEC_PER_USEC);
}
EXPORT_SYMBOL(__udelay);
