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
	return jiffies_to_msecs(schedule_timeout_interruptible(msecs_to_jiffies(ms) + 1));
}
EXPORT_SYMBOL(msleep_interruptible);

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
