#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/wait.h>

/* Something that is done once, or n times, and waited for. Source: kernel/sched/completion.c. */
struct completion {
	unsigned int done;	/* how often, and not waited for yet; UINT_MAX: for good */
	struct wait_queue_head wait;
};

#define COMPLETION_INITIALIZER(name) { 0, __WAIT_QUEUE_HEAD_INITIALIZER((name).wait) }
#define COMPLETION_INITIALIZER_ONSTACK(name) COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

/** init_completion, reinit_completion - not done; the latter keeps those who wait. Context: any. */
static inline void init_completion(struct completion *x)
{
	x->done = 0;
	init_waitqueue_head(&x->wait);
}

static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

/** complete - lets one waiter go on; complete_all - all, now and later. Context: any. */
void complete(struct completion *x);
void complete_all(struct completion *x);

/**
 * wait_for_completion - sleeps until it is done
 *
 * _interruptible, _killable: 0 or -ERESTARTSYS. _timeout: what is left of the jiffies (at least 1),
 * 0 if it was not done in time. Context: may sleep, but try_wait_for_completion (true: it was done)
 * and completion_done (true: nobody would have to wait), which any code may call.
 */
void wait_for_completion(struct completion *x);
#define wait_for_completion_io(x) wait_for_completion(x)
int __must_check wait_for_completion_interruptible(struct completion *x);
int __must_check wait_for_completion_killable(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);
long __must_check wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout);
long __must_check wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout);
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);

#endif
