#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/uidgid.h>

/**
 * current_uid, current_euid - the real and the effective user of the process that called
 *
 * Context: any. Those of a process that has ended are the kernel's own. Source: include/linux/cred.h.
 */
kuid_t current_uid(void);
kuid_t current_euid(void);
kgid_t current_gid(void);
kgid_t current_egid(void);
#define current_fsuid() current_euid()
#define current_fsgid() current_egid()

#endif
