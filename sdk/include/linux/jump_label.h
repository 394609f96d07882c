#ifndef _LINUX_JUMP_LABEL_H
#define _LINUX_JUMP_LABEL_H

#include <linux/atomic.h>
#include <linux/compiler.h>

/*
 * A condition that is asked for often and changed rarely. In Linux the code is patched when it
 * changes; here it is a variable. Context: any. Source: include/linux/jump_label.h.
 */
struct static_key {
	atomic_t enabled;	/* a count for static_branch_inc() */
};

struct static_key_true {
	struct static_key key;
};

struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE { { { 1 } } }
#define STATIC_KEY_INIT_FALSE { { { 0 } } }
#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = STATIC_KEY_INIT_TRUE
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = STATIC_KEY_INIT_FALSE
#define DEFINE_STATIC_KEY_TRUE_RO(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name

#define static_key_count(x) atomic_read(&((struct static_key *)(x))->enabled)
#define static_key_enabled(x) (static_key_count(x) > 0)
#define static_branch_likely(x) likely(static_key_enabled(x))
#define static_branch_unlikely(x) unlikely(static_key_enabled(x))
#define static_branch_maybe(config, x) static_key_enabled(x)
#define static_branch_enable(x) atomic_set(&(x)->key.enabled, 1)
#define static_branch_disable(x) atomic_set(&(x)->key.enabled, 0)
#define static_branch_inc(x) atomic_inc(&(x)->key.enabled)
#define static_branch_dec(x) atomic_dec(&(x)->key.enabled)

#endif
