#ifndef _LINUX_KMOD_H
#define _LINUX_KMOD_H

#include <linux/compiler_types.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/types.h>

/**
 * request_module - have a module loaded, by its name or an alias of it; printf() formats
 *
 * Context: may sleep, until modprobe (or the daemon that stands in for it) has ended. Returns 0,
 * what modprobe's end gave as wait(2) gives it (256 for exit status 1), -ENOENT (there is no
 * modprobe), -ENAMETOOLONG (a name of 56 characters or more), -ETIME (50 run already, for more than
 * 5 s), -ERESTARTSYS (the process that it is for was killed). Whatever it returns, look whether
 * what was wanted is there now. Not from the init function of what is asked for: that waits for
 * itself. Source: kernel/kmod.c.
 */
#define request_module(mod...) __request_module(true, mod)
/** request_module_nowait - the same, but return as soon as modprobe runs */
#define request_module_nowait(mod...) __request_module(false, mod)
/** try_then_request_module - x; if that is false or NULL, x again after asking */
#define try_then_request_module(x, mod...) ((x) ?: (__request_module(true, mod), (x)))

__printf(2, 3) int __request_module(bool wait, const char *name, ...);

#endif
