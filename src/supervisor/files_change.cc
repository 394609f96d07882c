// Where a program stands, and what it changes: chdir(2), getcwd(2), rename(2), unlink(2) and their
// like.

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "supervisor/files.h"

namespace kmodern::supervisor {

bool Files::serve_directory(const Notification& call) {
  switch (call.number()) {
    case SYS_chdir:
      chdir(call);
      return true;
    case SYS_fchdir:
      directories_.reset(call.pid());
      call.proceed();
      return true;
    case SYS_getcwd:
      getcwd(call);
      return true;
    default:
      return false;
  }
}

void Files::chdir(const Notification& call) {
  const Request request{AT_FDCWD, call.argument(0)};
  auto read = path_of(call, request);
  if (!read) return call.proceed();
  std::string path = std::move(read->absolute);
  const Target where = target_of(path);
  if (where.kind == Target::Kind::real && !directories_.of(call.pid())) return call.proceed();
  if (where.kind == Target::Kind::view) {
    ukernel::Node node;
    if (long code = find(path, true, node); code != 0) return call.answer(code);
    if (node.kind != ukernel::Node::Kind::folder) return call.answer(-ENOTDIR);
  } else {
    struct stat status{};
    if (::stat(where.path.c_str(), &status) != 0) return call.answer(-errno);
    if (!S_ISDIR(status.st_mode)) return call.answer(-ENOTDIR);
  }
  directories_.set(call.pid(), std::move(path));
  call.answer(0);
}

void Files::getcwd(const Notification& call) {
  auto path = directories_.of(call.pid());
  if (!path && !folders_.none()) {
    path = folders_.view_path(call.link("cwd"));
    if (!view_->covers(*path)) path.reset();
  }
  if (!path) return call.proceed();
  const std::size_t size = path->size() + 1;
  if (call.argument(1) < size) return call.answer(-ERANGE);
  const bool written = call.write(call.argument(0), std::as_bytes(std::span(path->c_str(), size)));
  call.answer(written ? static_cast<long>(size) : -EFAULT);
}

bool Files::serve_change(const Notification& call) {
  const auto argument = [&](int index) { return call.argument(index); };
  const auto here = [&](int index) { return Request{AT_FDCWD, argument(index), false}; };
  const auto there = [&](int index) {
    return Request{folder_argument(argument(index)), argument(index + 1), false};
  };
  const auto number = [&](int index) { return static_cast<unsigned>(argument(index)); };
  const auto text = [&](int index) { return call.string(argument(index)).value_or(""); };
  switch (call.number()) {
    case SYS_mkdir:
      change(call, here(0), [&](const char* path) { return ::mkdir(path, number(1)); });
      return true;
    case SYS_mkdirat:
      change(call, there(0), [&](const char* path) { return ::mkdir(path, number(2)); });
      return true;
    case SYS_rmdir:
      change(call, here(0), ::rmdir);
      return true;
    case SYS_unlink:
      change(call, here(0), ::unlink);
      return true;
    case SYS_unlinkat:
      change(call, there(0), [&](const char* path) {
        return ::unlinkat(AT_FDCWD, path, static_cast<int>(argument(2)));
      });
      return true;
    case SYS_symlink:
      change(call, here(1), [&](const char* path) { return ::symlink(text(0).c_str(), path); });
      return true;
    case SYS_symlinkat:
      change(call, there(1), [&](const char* path) { return ::symlink(text(0).c_str(), path); });
      return true;
    case SYS_chmod:
      change(call, here(0), [&](const char* path) { return ::chmod(path, number(1)); });
      return true;
    case SYS_fchmodat:
      change(call, there(0), [&](const char* path) { return ::chmod(path, number(2)); });
      return true;
    case SYS_chown:
      change(call, here(0), [&](const char* path) { return ::chown(path, number(1), number(2)); });
      return true;
    case SYS_lchown:
      change(call, here(0), [&](const char* path) { return ::lchown(path, number(1), number(2)); });
      return true;
    case SYS_fchownat:
      change(call, there(0), [&](const char* path) {
        return ::fchownat(AT_FDCWD, path, number(2), number(3), static_cast<int>(argument(4)));
      });
      return true;
    case SYS_truncate:
      change(call, here(0),
             [&](const char* path) { return ::truncate(path, static_cast<off_t>(argument(1))); });
      return true;
    case SYS_utimensat: {
      timespec times[2];
      const bool given = argument(2) != 0;
      if (argument(1) == 0 ||
          (given && !call.read(argument(2), std::as_writable_bytes(std::span(times)))))
        return call.proceed(), true;
      change(call, there(0), [&](const char* path) {
        return ::utimensat(AT_FDCWD, path, given ? times : nullptr, static_cast<int>(argument(3)));
      });
      return true;
    }
    case SYS_rename:
      change_two(call, here(0), here(1), ::rename);
      return true;
    case SYS_renameat:
      change_two(call, there(0), there(2), ::rename);
      return true;
    case SYS_renameat2:
      change_two(call, there(0), there(2), [&](const char* from, const char* to) {
        return ::renameat2(AT_FDCWD, from, AT_FDCWD, to, number(4));
      });
      return true;
    case SYS_link:
      change_two(call, here(0), here(1), ::link);
      return true;
    case SYS_linkat:
      change_two(call, there(0), there(2), [&](const char* from, const char* to) {
        return ::linkat(AT_FDCWD, from, AT_FDCWD, to, static_cast<int>(argument(4)));
      });
      return true;
    default:
      return false;
  }
}

void Files::change(const Notification& call, const Request& request, const Change& change) {
  const Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  if (where.kind == Target::Kind::view) {
    const int number = call.number();
    const bool makes = number == SYS_mkdir || number == SYS_mkdirat || number == SYS_symlink ||
                       number == SYS_symlinkat;
    if (view_->find(where.path)) return call.answer(makes ? -EEXIST : -EPERM);
    return call.answer(makes ? -EPERM : -ENOENT);
  }
  AsCaller rights(call);
  call.answer(change(where.path.c_str()) == 0 ? 0 : -errno);
}

void Files::change_two(const Notification& call, const Request& from, const Request& to,
                       const std::function<int(const char*, const char*)>& change) {
  const Target first = target(call, from);
  const Target second = target(call, to);
  if (first.kind == Target::Kind::view || second.kind == Target::Kind::view)
    return call.answer(-EPERM);
  if (first.kind == second.kind && first.kind == Target::Kind::real) return call.proceed();
  if (first.path.empty() || second.path.empty()) return call.answer(-ENOENT);
  AsCaller rights(call);
  call.answer(change(first.path.c_str(), second.path.c_str()) == 0 ? 0 : -errno);
}

}  // namespace kmodern::supervisor
