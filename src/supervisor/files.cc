#include "supervisor/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "supervisor/path.h"
#include "ukernel/view/status.h"

namespace kmodern::supervisor {

namespace {

std::span<const std::byte> bytes_of(const auto& value) {
  return std::as_bytes(std::span(&value, 1));
}

int folder_argument(std::uint64_t argument) { return static_cast<int>(argument); }

}  // namespace

Result<Files> Files::make(Served& served, const Options& options) {
  TRY(TemporaryDirectory folders, TemporaryDirectory::create());
  return Files(served, options, std::move(folders));
}

bool Files::serve(const Notification& call, Later& later) {
  const auto argument = [&](int index) { return call.argument(index); };
  const auto flags_follow = [&](int index) { return (argument(index) & AT_SYMLINK_NOFOLLOW) == 0; };
  switch (call.number()) {
    case SYS_open:
      open(call, {AT_FDCWD, argument(0)}, static_cast<int>(argument(1)),
           static_cast<unsigned>(argument(2)), later);
      return true;
    case SYS_creat:
      open(call, {AT_FDCWD, argument(0)}, O_CREAT | O_WRONLY | O_TRUNC,
           static_cast<unsigned>(argument(1)), later);
      return true;
    case SYS_openat:
      open(call, {folder_argument(argument(0)), argument(1)}, static_cast<int>(argument(2)),
           static_cast<unsigned>(argument(3)), later);
      return true;
    case SYS_openat2: {
      open_how how{};
      if (!call.read(argument(2), std::as_writable_bytes(std::span(&how, 1))))
        return call.proceed(), true;
      open(call, {folder_argument(argument(0)), argument(1)}, static_cast<int>(how.flags),
           static_cast<unsigned>(how.mode), later);
      return true;
    }
    case SYS_stat:
      stat(call, {AT_FDCWD, argument(0)}, argument(1));
      return true;
    case SYS_lstat:
      stat(call, {AT_FDCWD, argument(0), false}, argument(1));
      return true;
    case SYS_newfstatat:
      stat(call, {folder_argument(argument(0)), argument(1), flags_follow(3)}, argument(2));
      return true;
    case SYS_statx:
      statx(call, {folder_argument(argument(0)), argument(1), flags_follow(2)},
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
    default:
      return false;
  }
}

Files::Target Files::target(const Notification& call, const Request& request) const {
  auto text = call.string(request.path);
  if (!text) return {};
  auto path = absolute_path(call, request.folder, *text);
  if (!path) return {};
  // A folder of the view that was opened is a folder of ours: what is named below it is the view's
  // again.
  if (at_or_below(*path, folders_.path()))
    path = normalized(path->substr(folders_.path().size()) + "/");
  if (view_->covers(*path)) return {Target::Kind::view, std::move(*path)};
  for (const Redirect& redirect : options_.redirects) {
    if (at_or_below(*path, redirect.from)) {
      return {Target::Kind::redirected, redirect.to + path->substr(redirect.from.size())};
    }
  }
  return {};
}

long Files::find(std::string& path, bool follow, ukernel::Node& node) const {
  for (int links = 0; links < 40; ++links) {
    auto found = view_->find(path);
    if (!found) {
      // A link on the way: /sys/module/a/holders/b/refcnt.
      bool replaced = false;
      for (std::size_t slash = path.rfind('/');
           slash != 0 && slash != std::string::npos && !replaced;
           slash = path.rfind('/', slash - 1)) {
        const std::string parent = path.substr(0, slash);
        auto link = view_->find(parent);
        if (!link) continue;
        if (link->kind != ukernel::Node::Kind::link)
          return -(link->kind == ukernel::Node::Kind::file ? ENOTDIR : ENOENT);
        path = normalized(fmt::format("{}/../{}{}", parent, link->target, path.substr(slash)));
        replaced = true;
      }
      if (!replaced) return -ENOENT;
      continue;
    }
    if (found->kind != ukernel::Node::Kind::link || !follow) {
      node = std::move(*found);
      return 0;
    }
    path = found->target.starts_with('/')
               ? normalized(found->target)
               : normalized(fmt::format("{}/../{}", path, found->target));
  }
  return -ELOOP;
}

void Files::open(const Notification& call, const Request& request, int flags, unsigned mode,
                 Later& later) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  if (where.kind == Target::Kind::view)
    return open_in_view(call, std::move(where.path), flags, later);
  unique_fd file(::open(where.path.c_str(), flags | O_CLOEXEC, mode));
  if (!file) return call.answer(-errno);
  call.answer_with(file, (flags & O_CLOEXEC) != 0);
}

void Files::open_in_view(const Notification& call, std::string path, int flags, Later& later) {
  ukernel::Node node;
  if (long code = find(path, (flags & O_NOFOLLOW) == 0, node); code != 0) {
    return call.answer(code == -ENOENT && (flags & O_CREAT) != 0 ? -EACCES : code);
  }
  const int access = flags & O_ACCMODE;
  const bool folder = node.kind == ukernel::Node::Kind::folder;
  if (node.kind == ukernel::Node::Kind::link) return call.answer(-ELOOP);
  if (folder && access != O_RDONLY) return call.answer(-EISDIR);
  if (!folder && (flags & O_DIRECTORY) != 0) return call.answer(-ENOTDIR);
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  if (node.opened) {
    later = [this, call, path, flags, close_on_exec] {
      auto file = served_->open({call.pid()}, path, flags);
      if (!file) return call.answer(-file.error().code);
      call.answer_with(*file, close_on_exec);
    };
    return;
  }
  if (!folder && access != O_WRONLY && (node.mode & 0444) == 0) return call.answer(-EACCES);
  if (!folder && access != O_RDONLY && (node.mode & 0222) == 0) return call.answer(-EACCES);
  if (!folder && access != O_RDONLY) return open_for_writing(call, std::move(path), flags);
  auto file = folder ? open_folder(path) : open_text(path);
  if (!file) return call.answer(-file.error().code);
  call.answer_with(*file, close_on_exec);
}

void Files::open_for_writing(const Notification& call, std::string path, int flags) {
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  auto file = served_->open({call.pid()}, path, flags);
  if (file) return call.answer_with(*file, close_on_exec);
  if (file.error().code != EOPNOTSUPP) return call.answer(-file.error().code);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return call.answer(-errno);
  unique_fd reading(ends[0]);
  unique_fd writing(ends[1]);
  ::fcntl(writing.get(), F_SETFL, 0);
  writers_.push_back({std::move(reading), std::move(path)});
  call.answer_with(writing, close_on_exec);
}

Result<unique_fd> Files::open_text(const std::string& path) const {
  TRY(std::string text, view_->read(path));
  unique_fd file(::memfd_create("view", MFD_CLOEXEC));
  if (!file) return fail_errno(errno, path, "cannot make a file for it");
  TRY_OK(write_all(file.get(), text, path));
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// A real folder with the names that the view's has: reading it is the running kernel's business.
Result<unique_fd> Files::open_folder(const std::string& path) const {
  namespace fs = std::filesystem;
  const fs::path ours = folders_.path() + path;
  std::error_code failed;
  fs::create_directories(ours, failed);
  const std::vector<std::string> names = view_->list(path);
  for (const auto& entry : fs::directory_iterator(ours, failed)) {
    if (std::find(names.begin(), names.end(), entry.path().filename()) == names.end()) {
      fs::remove_all(entry.path(), failed);
    }
  }
  for (const std::string& name : names) {
    const auto node = view_->find(fmt::format("{}/{}", path == "/" ? "" : path, name));
    if (!node || fs::exists(fs::symlink_status(ours / name, failed))) continue;
    switch (node->kind) {
      case ukernel::Node::Kind::folder:
        fs::create_directory(ours / name, failed);
        break;
      case ukernel::Node::Kind::link:
        fs::create_symlink(node->target, ours / name, failed);
        break;
      case ukernel::Node::Kind::file:
      case ukernel::Node::Kind::character:  // a node of a device takes a privilege
        unique_fd(::open((ours / name).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, node->mode));
        break;
    }
  }
  unique_fd folder(::open(ours.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return fail_errno(errno, path, "cannot make a folder for it");
  return folder;
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
    status = ukernel::status_of(where.path, node);
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
    const struct stat status = ukernel::status_of(where.path, node);
    result.stx_mask = STATX_BASIC_STATS;
    result.stx_mode = static_cast<std::uint16_t>(status.st_mode);
    result.stx_nlink = static_cast<std::uint32_t>(status.st_nlink);
    result.stx_size = static_cast<std::uint64_t>(status.st_size);
    result.stx_ino = status.st_ino;
    result.stx_blksize = 4096;
  }
  call.answer(call.write(to, bytes_of(result)) ? 0 : -EFAULT);
}

void Files::access(const Notification& call, const Request& request, int mode) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  if (where.kind == Target::Kind::redirected)
    return call.answer(::access(where.path.c_str(), mode) == 0 ? 0 : -errno);
  ukernel::Node node;
  if (long code = find(where.path, request.follow, node); code != 0) return call.answer(code);
  const bool permitted = ((mode & R_OK) == 0 || (node.mode & 0444) != 0) &&
                         ((mode & W_OK) == 0 || (node.mode & 0222) != 0) &&
                         ((mode & X_OK) == 0 || node.kind == ukernel::Node::Kind::folder);
  call.answer(permitted ? 0 : -EACCES);
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

void Files::collect_writes() {
  std::erase_if(writers_, [&](Writer& writer) {
    std::string text(4096, 0);
    while (true) {
      const ssize_t got = ::read(writer.pipe.get(), text.data(), text.size());
      if (got < 0) return errno != EAGAIN && errno != EINTR;
      if (got == 0) return true;  // closed
      // A refusal cannot reach the writer any more: its write has returned.
      (void)view_->write(writer.path,
                         std::string_view(text).substr(0, static_cast<std::size_t>(got)));
    }
  });
}

}  // namespace kmodern::supervisor
