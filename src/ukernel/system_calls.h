// The module system calls as programs make them: what they check before the module system begins,
// and what they return. Order and errno: kernel/module/main.c, kernel/module/decompress.c.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"
#include "ukernel/ukernel.h"

namespace kmodern::ukernel {

// All return 0 or -errno. `capable`: the caller has CAP_SYS_MODULE. `interrupted` ends its waits
// for other modules (EINTR).

// `file` is a copy of the caller's descriptor; none if the caller has no such descriptor.
long finit_module(Ukernel& kernel, bool capable, const unique_fd& file, std::string_view parameters,
                  int flags, const Interrupted& interrupted = {});
long init_module(Ukernel& kernel, bool capable, ByteView image, std::string_view parameters,
                 const Interrupted& interrupted = {});
long delete_module(Ukernel& kernel, bool capable, const std::string& name, unsigned flags);

// The process's name in /proc; "?" if it is gone.
std::string comm_of(pid_t pid);

// Whether the process has it now, whoever it is; a number of <linux/capability.h>.
bool has_effective(pid_t pid, unsigned capability);

// True if the process may use the module calls of a kernel that this process's user owns: all
// processes of an ordinary user, since the kernel is theirs; of root's, those that have not given
// CAP_SYS_MODULE away.
bool has_cap_sys_module(pid_t pid);
// The same of CAP_SYSLOG: who may see the kernel's addresses.
bool has_cap_syslog(pid_t pid);

}  // namespace kmodern::ukernel
