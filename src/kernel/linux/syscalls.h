// The system calls of the module loader, and nothing else: a test gives a LinuxKernel another one.
#pragma once

#include <string>

#include "base/bytes.h"

namespace kmodern::kernel {

// Each call gives 0, or the errno.
class Syscalls {
 public:
  virtual ~Syscalls() = default;
  virtual int finit_module(int fd, const std::string& parameters, int flags);  // finit_module(2)
  virtual int init_module(ByteView image, const std::string& parameters);      // init_module(2)
  virtual int delete_module(const std::string& name, unsigned flags);          // delete_module(2)
  // uname(2): what `uname -r` says.
  virtual int release(std::string& to);
};

}  // namespace kmodern::kernel
