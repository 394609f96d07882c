#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/types.h>

/*
 * Reading without a lock: what a reader has found stays until it has left. Readers are counted;
 * synchronize_rcu() waits for those that began before it. Source: kernel/rcu/, Documentation/RCU.
 */
struct rcu_head {
	void *reserved[2];
};
#define callback_head rcu_head

/** rcu_read_lock, rcu_read_unlock - around reading; they nest. Sleeping is forbidden between. Any. */
void rcu_read_lock(void);
void rcu_read_unlock(void);
#define rcu_read_lock_bh() rcu_read_lock()
#define rcu_read_unlock_bh() rcu_read_unlock()
#define rcu_read_lock_sched() rcu_read_lock()
#define rcu_read_unlock_sched() rcu_read_unlock()
bool rcu_read_lock_held(void);

/** synchronize_rcu - waits until all that read now have left. May sleep. */
void synchronize_rcu(void);
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_net() synchronize_rcu()
/** call_rcu - has function(head) called after that; kfree_rcu - kfree() then. Context: any. */
void call_rcu(struct rcu_head *head, void (*function)(struct rcu_head *head));
void __kmodern_kfree_rcu(struct rcu_head *head, unsigned long offset);
#define kfree_rcu(p, member) __kmodern_kfree_rcu(&(p)->member, offsetof(typeof(*(p)), member))
/** rcu_barrier - waits until all that call_rcu() has been given is called. May sleep. */
void rcu_barrier(void);

#define rcu_assign_pointer(p, value) smp_store_release(&(p), value)
#define rcu_dereference(p) smp_load_acquire(&(p))
#define rcu_dereference_protected(p, condition) (p)
#define rcu_dereference_check(p, condition) rcu_dereference(p)
#define rcu_dereference_raw(p) rcu_dereference(p)
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_replace_pointer(p, value, condition) __atomic_exchange_n(&(p), value, __ATOMIC_SEQ_CST)
#define RCU_INIT_POINTER(p, value) WRITE_ONCE(p, value)
#define RCU_INITIALIZER(value) (value)

#endif
