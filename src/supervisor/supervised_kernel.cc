#include "supervisor/supervised_kernel.h"

#include <fcntl.h>
#include <linux/capability.h>

#include <cerrno>

#include "ukernel/interruptible.h"
#include "ukernel/system_calls.h"

namespace kmodern::supervisor {

using ukernel::has_cap_sys_module;

long SupervisedKernel::finit_module(const Caller& caller, const unique_fd& file,
                                    std::string_view parameters, int flags) {
  return ukernel::finit_module(kernel_, has_cap_sys_module(caller.pid), file, parameters, flags,
                               caller.gone);
}

long SupervisedKernel::init_module(const Caller& caller, ByteView image,
                                   std::string_view parameters) {
  return ukernel::init_module(kernel_, has_cap_sys_module(caller.pid), image, parameters,
                              caller.gone);
}

bool SupervisedKernel::capable(const Caller& caller) { return has_cap_sys_module(caller.pid); }

long SupervisedKernel::delete_module(const Caller& caller, const std::string& name,
                                     unsigned flags) {
  return ukernel::delete_module(kernel_, has_cap_sys_module(caller.pid), name, flags);
}

long SupervisedKernel::nfsservctl(const Caller& caller, int command, std::span<std::byte> memory) {
  const ukernel::Interruptible waiting(kernel_, caller.gone);
  auto server = kernel_.use({.words = {"nfsservctl"}, .flags = O_RDWR, .image = {}}, caller.pid,
                            ukernel::comm_of(caller.pid));
  if (!server) return -server.error().code;
  auto result = (*server)->ioctl(static_cast<unsigned>(command), 0, memory);
  return result ? *result : -result.error().code;
}

long SupervisedKernel::mount(const Caller& caller, MountCall call) {
  const ukernel::Interruptible waiting(kernel_, caller.gone);
  auto mounted = mounter_(std::move(call), caller);
  if (mounted) return 0;
  const int code = mounted.error().code;
  return code == ENOSYS ? -ENODEV : -code;  // a core without filesystems has none of that type
}

bool SupervisedKernel::may_mount(const Caller& caller) {
  return ukernel::has_effective(caller.pid, CAP_SYS_ADMIN);
}

}  // namespace kmodern::supervisor
