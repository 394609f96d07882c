// Functions that are called later, by threads of the kernel's: what timers, tasklets and work
// queues are made of. What is asked for is kept here and not in the module's structures, so that
// memory that a module has freed too early leads nobody astray. Any thread may call.
#pragma once

#include "ukernel/core/native/platform/owned.h"

#ifdef __cplusplus
extern "C" {
#endif

struct deferred_queue;

// `threads`: how many may call at the same time, at least 1; they are started when they are needed,
// as NAME/0... `preempt_count`: what the functions are called with: 0, they may sleep; else not.
// NULL if there is no memory.
struct deferred_queue* deferred_queue_new(const char* name, unsigned threads, int preempt_count);
// Calls what is pending without a time, cancels the rest, ends the threads.
void deferred_queue_delete(struct deferred_queue* queue);

struct deferred_call {
  const struct owned_kind* kind;  // as what a module owns it while it is pending or runs
  const void* key;                // one key is pending at most once, and runs once at a time
  void (*call)(void* key, const void* function);
  const void* function;  // the module's
};
enum deferred_if_pending { DEFERRED_KEEP, DEFERRED_MOVE };
// Has it called at `when` on platform_monotonic()'s clock (0: as soon as possible, before all that
// wait for a later time). Where it is pending already it stays so, or gets the new time. Not while
// somebody waits in deferred_cancel_sync(). Returns whether it was pending.
int deferred_add(struct deferred_queue* queue, const struct deferred_call* call,
                 unsigned long long when, enum deferred_if_pending if_pending);
// Not any more; the running call goes on. Returns whether it was pending.
int deferred_cancel(const void* key);
// The same, and waits until it does not run either, unless it is the caller itself.
int deferred_cancel_sync(const void* key);
int deferred_pending(const void* key);
int deferred_running(const void* key);
// A pending one with a time is due at once.
void deferred_hurry(const void* key);
// Waits until what is pending or running now has returned. Whether there was anything.
int deferred_flush(const void* key);
// The same for all of a queue, but for those that wait for their time.
int deferred_flush_queue(struct deferred_queue* queue);

// An owned_kind's take_away: cancels; -1 if it still runs after a second.
int deferred_take_away(void* key);

#ifdef __cplusplus
}
#endif
