#include "supervisor/supervised_kernel.h"

#include <fcntl.h>
#include <linux/capability.h>

#include <cerrno>

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

// For as long as it lives, what this thread waits for in module code is the caller's wait.
class SupervisedKernel::Waiting {
 public:
  Waiting(ukernel::Ukernel& kernel, const Caller& caller) : kernel_(kernel) {
    kernel_.interruptible(caller.gone);
  }
  ~Waiting() { kernel_.interruptible(nullptr); }
  Waiting(const Waiting&) = delete;

 private:
  ukernel::Ukernel& kernel_;
};

long SupervisedKernel::nfsservctl(const Caller& caller, int command, std::span<std::byte> memory) {
  const Waiting waiting(kernel_, caller);
  auto server = kernel_.use({.words = {"nfsservctl"}, .flags = O_RDWR, .image = {}}, caller.pid,
                            ukernel::comm_of(caller.pid));
  if (!server) return -server.error().code;
  auto result = (*server)->ioctl(static_cast<unsigned>(command), 0, memory);
  return result ? *result : -result.error().code;
}

long SupervisedKernel::mount(const Caller& caller, MountCall call) {
  const Waiting waiting(kernel_, caller);
  auto mounted = mounter_(std::move(call), caller);
  if (mounted) return 0;
  const int code = mounted.error().code;
  return code == ENOSYS ? -ENODEV : -code;  // a core without filesystems has none of that type
}

bool SupervisedKernel::may_mount(const Caller& caller) {
  return ukernel::has_effective(caller.pid, CAP_SYS_ADMIN);
}

}  // namespace kmodern::supervisor
