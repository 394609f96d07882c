// Files of the machine: those that a program has handed over, and those that a module names.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

extern "C" {

long long platform_file_size(int file) {
  const PlatformScope scope;
  struct stat status;
  if (::fstat(file, &status) != 0) return -errno;
  if (S_ISREG(status.st_mode)) return status.st_size;
  if (!S_ISBLK(status.st_mode)) return -ENOTBLK;
  const off_t size = ::lseek(file, 0, SEEK_END);
  return size < 0 ? -errno : size;
}

long platform_file_read(int file, void* to, size_t size, unsigned long long position) {
  const PlatformScope scope;
  size_t done = 0;
  while (done != size) {
    const ssize_t got = ::pread(file, static_cast<char*>(to) + done, size - done,
                                static_cast<off_t>(position + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return static_cast<long>(done);
}

int platform_file_open(const char* path) {
  const PlatformScope scope;
  unique_fd file(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return -errno;
  struct stat status;
  if (::fstat(file.get(), &status) != 0) return -errno;
  return S_ISREG(status.st_mode) ? file.release() : -EINVAL;
}

void platform_file_close(int file) {
  const PlatformScope scope;
  ::close(file);
}

}  // extern "C"

}  // namespace kmodern::core
