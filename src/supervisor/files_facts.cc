// Facts about files: stat(2) and its family, access(2), readlink(2), extended attributes,
// statfs(2).

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "supervisor/files.h"
#include "ukernel/view/status.h"

namespace kmodern::supervisor {

namespace {

std::span<const std::byte> bytes_of(const auto& value) {
  return std::as_bytes(std::span(&value, 1));
}

}  // namespace

bool Files::serve_facts(const Notification& call) {
  const auto argument = [&](int index) { return call.argument(index); };
  const auto flags_follow = [&](int index) { return (argument(index) & AT_SYMLINK_NOFOLLOW) == 0; };
  const auto flags_empty = [&](int index) { return (argument(index) & AT_EMPTY_PATH) != 0; };
  switch (call.number()) {
    case SYS_stat:
      stat(call, {AT_FDCWD, argument(0)}, argument(1));
      return true;
    case SYS_lstat:
      stat(call, {AT_FDCWD, argument(0), false}, argument(1));
      return true;
    case SYS_newfstatat:
      stat(call, {folder_argument(argument(0)), argument(1), flags_follow(3), flags_empty(3)},
           argument(2));
      return true;
    case SYS_statx:
      statx(call, {folder_argument(argument(0)), argument(1), flags_follow(2), flags_empty(2)},
            static_cast<unsigned>(argument(3)), argument(4));
      return true;
    case SYS_access:
      access(call, {AT_FDCWD, argument(0)}, static_cast<int>(argument(1)));
      return true;
    case SYS_faccessat:
      access(call, {folder_argument(argument(0)), argument(1)}, static_cast<int>(argument(2)));
      return true;
    case SYS_faccessat2:
      access(call, {folder_argument(argument(0)), argument(1), flags_follow(3)},
             static_cast<int>(argument(2)));
      return true;
    case SYS_readlink:
      readlink(call, {AT_FDCWD, argument(0), false}, argument(1), argument(2));
      return true;
    case SYS_readlinkat:
      readlink(call, {folder_argument(argument(0)), argument(1), false}, argument(2), argument(3));
      return true;
    case SYS_getxattr:
      attributes(call, {AT_FDCWD, argument(0)}, false);
      return true;
    case SYS_lgetxattr:
      attributes(call, {AT_FDCWD, argument(0), false}, false);
      return true;
    case SYS_listxattr:
      attributes(call, {AT_FDCWD, argument(0)}, true);
      return true;
    case SYS_llistxattr:
      attributes(call, {AT_FDCWD, argument(0), false}, true);
      return true;
    case SYS_statfs:
      statfs(call, {AT_FDCWD, argument(0)}, argument(1));
      return true;
    case SYS_inotify_add_watch:
      watch(call);
      return true;
    default:
      return false;
  }
}

struct stat Files::status_of(const std::string& path, const ukernel::Node& node) const {
  struct stat status = ukernel::status_of(path, node);
  status.st_dev = path.starts_with("/proc") ? proc_ : sys_;
  status.st_atim = status.st_mtim = status.st_ctim = began_;
  return status;
}

void Files::stat(const Notification& call, const Request& request, std::uint64_t to) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  struct stat status{};
  if (where.kind == Target::Kind::redirected) {
    const int flags = request.follow ? 0 : AT_SYMLINK_NOFOLLOW;
    if (::fstatat(AT_FDCWD, where.path.c_str(), &status, flags) != 0) return call.answer(-errno);
  } else {
    ukernel::Node node;
    if (long code = find(where.path, request.follow, node); code != 0) return call.answer(code);
    status = status_of(where.path, node);
  }
  call.answer(call.write(to, bytes_of(status)) ? 0 : -EFAULT);
}

void Files::statx(const Notification& call, const Request& request, unsigned mask,
                  std::uint64_t to) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  struct statx result{};
  if (where.kind == Target::Kind::redirected) {
    const int flags = request.follow ? 0 : AT_SYMLINK_NOFOLLOW;
    if (::statx(AT_FDCWD, where.path.c_str(), flags, mask, &result) != 0)
      return call.answer(-errno);
  } else {
    ukernel::Node node;
    if (long code = find(where.path, request.follow, node); code != 0) return call.answer(code);
    const struct stat status = status_of(where.path, node);
    result.stx_mask = STATX_BASIC_STATS;
    result.stx_mode = static_cast<std::uint16_t>(status.st_mode);
    result.stx_nlink = static_cast<std::uint32_t>(status.st_nlink);
    result.stx_size = static_cast<std::uint64_t>(status.st_size);
    result.stx_ino = status.st_ino;
    result.stx_uid = status.st_uid;
    result.stx_gid = status.st_gid;
    result.stx_blksize = 4096;
    result.stx_dev_major = major(status.st_dev);
    result.stx_dev_minor = minor(status.st_dev);
    result.stx_rdev_major = major(status.st_rdev);
    result.stx_rdev_minor = minor(status.st_rdev);
    result.stx_atime.tv_sec = result.stx_mtime.tv_sec = result.stx_ctime.tv_sec = began_.tv_sec;
  }
  call.answer(call.write(to, bytes_of(result)) ? 0 : -EFAULT);
}

void Files::access(const Notification& call, const Request& request, int mode) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  AsCaller rights(call);
  if (where.kind == Target::Kind::redirected)
    return call.answer(::access(where.path.c_str(), mode) == 0 ? 0 : -errno);
  ukernel::Node node;
  if (long code = find(where.path, request.follow, node); code != 0) return call.answer(code);
  call.answer(permits(call, node, mode) ? 0 : -EACCES);
}

void Files::readlink(const Notification& call, const Request& request, std::uint64_t to,
                     std::size_t size) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  std::string text;
  if (where.kind == Target::Kind::redirected) {
    text.resize(4096);
    const ssize_t length = ::readlink(where.path.c_str(), text.data(), text.size());
    if (length < 0) return call.answer(-errno);
    text.resize(static_cast<std::size_t>(length));
  } else {
    ukernel::Node node;
    if (long code = find(where.path, false, node); code != 0) return call.answer(code);
    if (node.kind != ukernel::Node::Kind::link) return call.answer(-EINVAL);
    text = node.target;
  }
  if (text.size() > size) text.resize(size);
  const bool written = call.write(to, std::as_bytes(std::span(text)));
  call.answer(written ? static_cast<long>(text.size()) : -EFAULT);
}

void Files::attributes(const Notification& call, const Request& request, bool list) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  ukernel::Node node;
  if (where.kind == Target::Kind::view) {
    if (long code = find(where.path, request.follow, node); code != 0) return call.answer(code);
  } else if (::access(where.path.c_str(), F_OK) != 0) {
    return call.answer(-errno);
  }
  call.answer(list ? 0 : -ENODATA);
}

void Files::statfs(const Notification& call, const Request& request, std::uint64_t to) {
  const Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  std::string path = where.path;
  if (where.kind == Target::Kind::view) {
    ukernel::Node node;
    if (long code = find(path, true, node); code != 0) return call.answer(code);
    path = path.substr(0, path.find('/', 1));  // /sys, /proc
  }
  struct statfs result{};
  if (::statfs(path.c_str(), &result) != 0) return call.answer(-errno);
  call.answer(call.write(to, bytes_of(result)) ? 0 : -EFAULT);
}

void Files::watch(const Notification& call) {
  const Target where = target(call, {AT_FDCWD, call.argument(1)});
  if (where.kind == Target::Kind::real) return call.proceed();
  // Nothing tells of changes in the view, nor do sysfs and procfs: who waits, waits.
  std::string path = where.path;
  if (where.kind == Target::Kind::view) {
    ukernel::Node node;
    if (long code = find(path, true, node); code != 0) return call.answer(code);
    path = path.substr(0, path.find('/', 1));
  }
  const unique_fd queue = call.descriptor(folder_argument(call.argument(0)));
  if (!queue) return call.answer(-EBADF);
  const int number =
      ::inotify_add_watch(queue.get(), path.c_str(), static_cast<std::uint32_t>(call.argument(2)));
  call.answer(number >= 0 ? number : -errno);
}

}  // namespace kmodern::supervisor
