// mount(2) of a filesystem that the kernel serves, or can ask for.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "base/text.h"
#include "supervisor/files.h"

namespace kmodern::supervisor {

namespace {

// These change mounts that are there: no type is looked at.
constexpr unsigned long changes =
    MS_REMOUNT | MS_BIND | MS_MOVE | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

// Of the running Linux: /proc/filesystems, "nodev\tTYPE" or "\tTYPE". A subtype is not its affair.
bool linux_has(std::string_view type) {
  type = type.substr(0, type.find('.'));
  const auto text = read_file("/proc/filesystems", 1 << 20);
  if (!text) return false;
  for (const std::string_view line : split(*text, "\n"))
    if (line.substr(line.find('\t') + 1) == type) return true;
  return false;
}

}  // namespace

bool Files::serve_mount(const Notification& call, Later& later) {
  if (call.number() != SYS_mount) return false;
  const auto type = call.string(call.argument(2));
  const unsigned long flags = call.argument(3);
  const auto folder = path_of(call, {AT_FDCWD, call.argument(1)});
  if (!type || type->empty() || (flags & changes) != 0 || !folder) return call.proceed(), true;
  const Caller caller{call.pid(), [call] { return !call.still_there(); }};
  const bool asks = !linux_has(*type);
  if (!served_->may_mount(caller)) return asks ? call.answer(-EPERM) : call.proceed(), true;

  auto made = std::make_shared<MountCall>();
  made->type = *type;
  made->source = call.string(call.argument(0)).value_or("");
  made->folder = folder->absolute;
  made->flags = flags;
  made->options = call.string(call.argument(4)).value_or("");
  made->asks = asks;
  const int missing = open_source(call, *made);
  later = [this, &call, made, missing, asks, caller] {
    long result = served_->mount(caller, std::move(*made));
    if (result == -ENODEV && !asks) return call.proceed();
    // What is no block device of the kernel's was to be a file.
    if (result == -ENOTBLK && missing != 0) result = -missing;
    call.answer(result);
  };
  return true;
}

// 0, or the errno of a source that is no file that can be read: which need not be one.
int Files::open_source(const Notification& call, MountCall& made) {
  Target source = target(call, {AT_FDCWD, call.argument(0)});
  if (source.kind == Target::Kind::view) {
    made.source = std::move(source.path);
    return 0;
  }
  const auto path = path_of(call, {AT_FDCWD, call.argument(0)});
  if (!path) return ENOENT;
  const std::string where = source.kind == Target::Kind::redirected
                                ? source.path
                                : fmt::format("/proc/{}/root{}", call.pid(), path->absolute);
  AsCaller rights(call);
  made.image.reset(::open(where.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return made.image ? 0 : errno;
}

}  // namespace kmodern::supervisor
