// What modules have acquired and must give back before they go: the one list behind every "left
// behind" in the log. A part of the C API that gives modules something to own has an owned_kind,
// and calls owned_acquire() and owned_release() where it is acquired and given back. What is left
// when a module's exit has returned is listed with where it was acquired, and taken away.
// Any thread may call.
#pragma once

#ifdef __cplusplus
#include <cstddef>
extern "C" {
#else
#include <linux/types.h>
#endif

// The order in which things are taken away.
enum owned_order {
  OWNED_RUNS,   // threads: they may use all the rest
  OWNED_CALLS,  // what module code is called by: timers, devices, files
  OWNED_HOLDS,  // what is only used: memory. Kept if something of the former could not be stopped
};

struct owned_kind {
  const char* one;   // "timer"
  const char* many;  // "timers"
  const char* fate;  // what taking it away means: "deleted"
  enum owned_order order;
  // Takes it away; its entry is gone from the list by then. 0; 1 if it was just ending by itself,
  // which is nothing to tell; -1 if module code runs in it and cannot be stopped: the module's
  // memory stays then. A fault in here has the same effect.
  int (*take_away)(void* thing);
};

// The module whose code now has the thing: the one that `code` lies in (a function that the thing
// will call, its operations; NULL: none), else the innermost one of the running calls, else the one
// whose memory the thing lies in. Nothing happens if there is none. `name` (NULL: none) is copied;
// `size` in bytes, 0: not told. The same thing may be acquired again and again (references).
// Nothing owns itself. Returns whether it is in the list now.
int owned_acquire(const struct owned_kind* kind, const void* thing, const char* name,
                  const void* code, size_t size);
// Whether it was in the list.
int owned_release(const struct owned_kind* kind, const void* thing);

#ifdef __cplusplus
}

#include "ukernel/core/core.h"

namespace kmodern::core {

// See Core::clean_up and Core::init_gone.
Leftovers take_away_owned(const void* this_module);
void name_owned_places(const void* this_module);

}  // namespace kmodern::core
#endif
