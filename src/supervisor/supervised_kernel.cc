#include "supervisor/supervised_kernel.h"

#include <fcntl.h>

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
  kernel_.interruptible(caller.gone);
  auto server = kernel_.use({.words = {"nfsservctl"}, .flags = O_RDWR, .image = {}}, caller.pid,
                            ukernel::comm_of(caller.pid));
  long result = server ? 0 : -server.error().code;
  if (server) {
    auto called = (*server)->ioctl(static_cast<unsigned>(command), 0, memory);
    result = called ? *called : -called.error().code;
  }
  kernel_.interruptible(nullptr);
  return result;
}

}  // namespace kmodern::supervisor
