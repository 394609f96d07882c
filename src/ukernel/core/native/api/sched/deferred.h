/* What the users of platform/deferred.h share. */
#pragma once

#include <linux/types.h>

#include "ukernel/core/native/platform/deferred.h"

/* A queue of the kernel's own, made when it is first asked for. */
struct deferred_queue *kapi_queue(struct deferred_queue **queue, const char *name, unsigned int threads,
				  int preempt_count);

/* The time, on platform_monotonic()'s clock, at which so many jiffies will have begun; 0: now. */
u64 kapi_in_jiffies(unsigned long delay);
