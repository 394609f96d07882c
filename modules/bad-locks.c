// SPDX-License-Identifier: MIT
/* What must not be done with locks, all at once: the log complains of each, with where the lock was taken. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(spinlock);
static DEFINE_MUTEX(mutex);

static int __init bad_locks_init(void)
{
	spin_lock(&spinlock);
	msleep(1);		/* no sleeping with a spinlock held */
	spin_unlock(&spinlock);
	mutex_lock(&mutex);	/* and this one is never given back */
	return 0;
}

static void __exit bad_locks_exit(void)
{
	mutex_destroy(&mutex);
}

module_init(bad_locks_init);
module_exit(bad_locks_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Misuses locks");
