/* What the users of platform/deferred.h share. */
#ifndef KAPI_DEFERRED_H
#define KAPI_DEFERRED_H

#include <linux/types.h>

#include "ukernel/core/native/platform/deferred.h"

/* A queue of the kernel's own, made when it is first asked for. */
struct deferred_queue *kapi_queue(struct deferred_queue **queue, const char *name, unsigned int threads,
				  int preempt_count);

/* The time of the first jiffy after `now`, in platform_monotonic()'s nanoseconds. */
u64 kapi_next_tick(u64 now);

#endif
