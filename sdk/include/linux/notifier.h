#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

/*
 * Functions that are called, in the order of their priorities, when something happens.
 * atomic: they may not sleep; blocking: they may; raw: the caller locks. Source: kernel/notifier.c.
 */
struct notifier_block;
typedef int (*notifier_fn_t)(struct notifier_block *block, unsigned long action, void *data);

struct notifier_block {
	notifier_fn_t notifier_call;
	struct notifier_block *next;
	int priority;			/* the highest first; the same: who came first */
};

/* What they return: done with it, all is well, and nobody after me; an error stops, too. */
#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)

static inline int notifier_from_errno(int error)
{
	return error ? NOTIFY_STOP_MASK | (NOTIFY_OK - error) : NOTIFY_OK;
}

static inline int notifier_to_errno(int result)
{
	result &= ~NOTIFY_STOP_MASK;
	return result > NOTIFY_OK ? NOTIFY_OK - result : 0;
}

struct raw_notifier_head {
	struct notifier_block *head;
};

struct atomic_notifier_head {
	spinlock_t lock;
	struct notifier_block *head;
};

struct blocking_notifier_head {
	struct rw_semaphore rwsem;
	struct notifier_block *head;
};

#define RAW_NOTIFIER_INIT(name) { NULL }
#define ATOMIC_NOTIFIER_INIT(name) { __SPIN_LOCK_UNLOCKED(name.lock), NULL }
#define BLOCKING_NOTIFIER_INIT(name) { __RWSEM_INITIALIZER((name).rwsem), NULL }
#define RAW_NOTIFIER_HEAD(name) struct raw_notifier_head name = RAW_NOTIFIER_INIT(name)
#define ATOMIC_NOTIFIER_HEAD(name) struct atomic_notifier_head name = ATOMIC_NOTIFIER_INIT(name)
#define BLOCKING_NOTIFIER_HEAD(name) struct blocking_notifier_head name = BLOCKING_NOTIFIER_INIT(name)
#define RAW_INIT_NOTIFIER_HEAD(chain) ((void)((chain)->head = NULL))
#define ATOMIC_INIT_NOTIFIER_HEAD(chain) \
	do { spin_lock_init(&(chain)->lock); (chain)->head = NULL; } while (0)
#define BLOCKING_INIT_NOTIFIER_HEAD(chain) \
	do { init_rwsem(&(chain)->rwsem); (chain)->head = NULL; } while (0)

/**
 * ..._register - puts a block into the chain: 0, -EEXIST; ..._unregister: 0, -ENOENT
 *
 * ..._call_chain: calls all, until one stops it; what the last returned, NOTIFY_DONE if there is
 * none. Context: blocking: may sleep; atomic, raw: any.
 */
int raw_notifier_chain_register(struct raw_notifier_head *chain, struct notifier_block *block);
int raw_notifier_chain_unregister(struct raw_notifier_head *chain, struct notifier_block *block);
int raw_notifier_call_chain(struct raw_notifier_head *chain, unsigned long action, void *data);
int atomic_notifier_chain_register(struct atomic_notifier_head *chain, struct notifier_block *block);
int atomic_notifier_chain_unregister(struct atomic_notifier_head *chain, struct notifier_block *block);
int atomic_notifier_call_chain(struct atomic_notifier_head *chain, unsigned long action, void *data);
int blocking_notifier_chain_register(struct blocking_notifier_head *chain, struct notifier_block *block);
int blocking_notifier_chain_unregister(struct blocking_notifier_head *chain, struct notifier_block *block);
int blocking_notifier_call_chain(struct blocking_notifier_head *chain, unsigned long action, void *data);

#endif
