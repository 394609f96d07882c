#include "kernel/linux/syscalls.h"

#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>

namespace kmodern::kernel {

int Syscalls::finit_module(int fd, const std::string& parameters, int flags) {
  return ::syscall(SYS_finit_module, fd, parameters.c_str(), flags) == 0 ? 0 : errno;
}

int Syscalls::init_module(ByteView image, const std::string& parameters) {
  return ::syscall(SYS_init_module, image.data(), image.size(), parameters.c_str()) == 0 ? 0
                                                                                         : errno;
}

int Syscalls::delete_module(const std::string& name, unsigned flags) {
  return ::syscall(SYS_delete_module, name.c_str(), flags) == 0 ? 0 : errno;
}

int Syscalls::release(std::string& to) {
  struct utsname names;
  if (::uname(&names) != 0) return errno;
  to = names.release;
  return 0;
}

}  // namespace kmodern::kernel
