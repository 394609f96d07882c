// Semaphores: sdk/include/linux/semaphore.h, rwsem.h.
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>

#include "api.h"

/* Under the queue's lock: who takes what somebody else is giving back may free it all afterwards. */
int down_trylock(struct semaphore *semaphore)
{
	bool taken;

	spin_lock(&semaphore->wait.lock);
	taken = semaphore->count > 0;
	semaphore->count -= taken;
	spin_unlock(&semaphore->wait.lock);
	return !taken;
}
EXPORT_SYMBOL(down_trylock);

void down(struct semaphore *semaphore)
{
	wait_event_exclusive_cmd(semaphore->wait, !down_trylock(semaphore));
}
EXPORT_SYMBOL(down);

int down_interruptible(struct semaphore *semaphore)
{
	return wait_event_interruptible_exclusive(semaphore->wait, !down_trylock(semaphore)) ? -EINTR : 0;
}
EXPORT_SYMBOL(down_interruptible);

int down_killable(struct semaphore *semaphore)
{
	return wait_event_killable(semaphore->wait, !down_trylock(semaphore)) ? -EINTR : 0;
}
EXPORT_SYMBOL(down_killable);

int down_timeout(struct semaphore *semaphore, long timeout)
{
	return wait_event_timeout(semaphore->wait, !down_trylock(semaphore), timeout) ? 0 : -ETIME;
}
EXPORT_SYMBOL(down_timeout);

void up(struct semaphore *semaphore)
{
	spin_lock(&semaphore->wait.lock);
	semaphore->count++;
	__wake_up_locked(&semaphore->wait, TASK_NORMAL, 1, NULL);
	spin_unlock(&semaphore->wait.lock);
}
EXPORT_SYMBOL(up);

/* Takes it where the number of readers (-1: a writer) lies in a range. */
static int try(struct rw_semaphore *semaphore, int least, int most, int change, const char *kind)
{
	bool taken;

	spin_lock(&semaphore->wait.lock);
	taken = semaphore->readers >= least && semaphore->readers <= most;
	semaphore->readers += taken ? change : 0;
	spin_unlock(&semaphore->wait.lock);
	if (taken)
		platform_lock_taken(semaphore, kind);
	return taken;
}

int down_read_trylock(struct rw_semaphore *semaphore)
{
	return try(semaphore, 0, INT_MAX - 1, 1, "rw_semaphore (read)");
}
EXPORT_SYMBOL(down_read_trylock);

int down_write_trylock(struct rw_semaphore *semaphore)
{
	return try(semaphore, 0, 0, -1, "rw_semaphore (write)");
}
EXPORT_SYMBOL(down_write_trylock);

static bool try_or_bug(struct rw_semaphore *semaphore, int (*trylock)(struct rw_semaphore *))
{
	if (trylock(semaphore))
		return true;
	if (platform_lock_held(semaphore))
		kapi_bug("rw_semaphore: deadlock: this thread holds %pS already", semaphore);
	return false;
}

void down_read(struct rw_semaphore *semaphore)
{
	wait_event(semaphore->wait, try_or_bug(semaphore, down_read_trylock));
}
EXPORT_SYMBOL(down_read);

int down_read_interruptible(struct rw_semaphore *semaphore)
{
	return wait_event_interruptible(semaphore->wait, try_or_bug(semaphore, down_read_trylock)) ? -EINTR : 0;
}
EXPORT_SYMBOL(down_read_interruptible);

int down_read_killable(struct rw_semaphore *semaphore)
{
	return wait_event_killable(semaphore->wait, try_or_bug(semaphore, down_read_trylock)) ? -EINTR : 0;
}
EXPORT_SYMBOL(down_read_killable);

void down_write(struct rw_semaphore *semaphore)
{
	wait_event(semaphore->wait, try_or_bug(semaphore, down_write_trylock));
}
EXPORT_SYMBOL(down_write);

int down_write_killable(struct rw_semaphore *semaphore)
{
	return wait_event_killable(semaphore->wait, try_or_bug(semaphore, down_write_trylock)) ? -EINTR : 0;
}
EXPORT_SYMBOL(down_write_killable);

static void give_back(struct rw_semaphore *semaphore, const char *function, int readers)
{
	if (!platform_lock_released(semaphore))
		kapi_bug("%s: this thread does not hold %pS", function, semaphore);
	spin_lock(&semaphore->wait.lock);
	semaphore->readers += readers;
	__wake_up_locked(&semaphore->wait, TASK_NORMAL, 0, NULL);
	spin_unlock(&semaphore->wait.lock);
}

void up_read(struct rw_semaphore *semaphore)
{
	give_back(semaphore, "up_read", -1);
}
EXPORT_SYMBOL(up_read);

void up_write(struct rw_semaphore *semaphore)
{
	give_back(semaphore, "up_write", 1);
}
EXPORT_SYMBOL(up_write);

void downgrade_write(struct rw_semaphore *semaphore)
{
	give_back(semaphore, "downgrade_write", 2);
	platform_lock_taken(semaphore, "rw_semaphore (read)");
}
EXPORT_SYMBOL(downgrade_write);
