#include "supervisor/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "supervisor/path.h"

namespace kmodern::supervisor {

Files::Files(Served& served, const Options& options, Folders folders)
    : served_(&served), view_(&served.view()), options_(options), folders_(std::move(folders)) {
  ::clock_gettime(CLOCK_REALTIME, &began_);
  struct stat status{};
  if (::stat("/proc", &status) == 0) proc_ = status.st_dev;
  if (::stat("/sys", &status) == 0) sys_ = status.st_dev;
}

Result<Files> Files::make(Served& served, const Options& options) {
  TRY(Folders folders, Folders::make());
  return Files(served, options, std::move(folders));
}

bool Files::serve(const Notification& call, Later& later) {
  return serve_open(call, later) || serve_facts(call) || serve_directory(call) ||
         serve_change(call) || serve_mount(call, later);
}

std::optional<Files::Path> Files::path_of(const Notification& call, const Request& request) {
  auto path = call.string(request.path);
  if (!path || (path->empty() && !request.empty_path)) return std::nullopt;
  if (path->starts_with('/')) return Path{normalized(*path)};
  const auto believed = request.folder == AT_FDCWD ? directories_.of(call.pid()) : std::nullopt;
  std::string folder =
      believed
          ? *believed
          : call.link(request.folder == AT_FDCWD ? "cwd" : "fd/" + std::to_string(request.folder));
  // A text of the view that was opened: memfd_create(2) names it.
  constexpr std::string_view opened = "/memfd:";
  if (path->empty() && folder.starts_with(opened))
    return Path{folder.substr(opened.size(), folder.rfind(" (deleted)") - opened.size())};
  if (!folder.starts_with('/')) return std::nullopt;
  folder = folders_.view_path(std::move(folder));
  return Path{path->empty() ? folder : normalized(folder + "/" + *path), believed.has_value()};
}

Files::Target Files::target_of(std::string absolute) const {
  if (view_->covers(absolute)) return {Target::Kind::view, std::move(absolute)};
  for (const Redirect& redirect : options_.redirects) {
    if (at_or_below(absolute, redirect.from))
      return {Target::Kind::redirected, redirect.to + absolute.substr(redirect.from.size())};
  }
  return {Target::Kind::real, std::move(absolute)};
}

Files::Target Files::target(const Notification& call, const Request& request) {
  auto path = path_of(call, request);
  if (!path) return {};
  Target where = target_of(std::move(path->absolute));
  // What the running kernel would look for elsewhere, as it does not know where the caller stands.
  if (where.kind == Target::Kind::real && path->from_believed)
    where.kind = Target::Kind::redirected;
  return where;
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

// As fs/namei.c (generic_permission) for files that root, or who runs the kernel, owns.
bool Files::permits(const Notification& call, const ukernel::Node& node, int mode) {
  const unsigned wanted = static_cast<unsigned>(mode & (R_OK | W_OK | X_OK));
  if ((node.mode & wanted) == wanted) return true;
  const uid_t user = call.user();
  if (user != 0 && user != ::geteuid()) return false;
  if (node.any_for_root && (wanted & X_OK) == 0) return true;
  const unsigned any = (node.mode | node.mode >> 3 | node.mode >> 6) & 7;
  return (any & wanted) == wanted;
}

AsCaller::AsCaller(const Notification& call) {
  if (::geteuid() != 0) return;
  const uid_t user = call.user();
  if (user == 0 || user == static_cast<uid_t>(-1)) return;
  ::setfsuid(user);
  changed_ = true;
}

AsCaller::~AsCaller() {
  if (changed_) ::setfsuid(0);
}

bool Files::serve_open(const Notification& call, Later& later) {
  const auto argument = [&](int index) { return call.argument(index); };
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
    case SYS_execve:
      execute(call, {AT_FDCWD, argument(0)});
      return true;
    case SYS_execveat:
      execute(call, {folder_argument(argument(0)), argument(1)});
      return true;
    default:
      return false;
  }
}

void Files::open(const Notification& call, const Request& request, int flags, unsigned mode,
                 Later& later) {
  Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  if (where.kind == Target::Kind::view)
    return open_in_view(call, std::move(where.path), flags, later);
  AsCaller rights(call);
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
  const int wanted = access == O_RDONLY ? R_OK : access == O_WRONLY ? W_OK : R_OK | W_OK;
  if (!permits(call, node, wanted)) return call.answer(-EACCES);
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  if (node.opened) {
    later = [this, call, path, flags, close_on_exec] {
      const Caller caller{call.pid(), [call] { return !call.still_there(); }};
      auto file = served_->open(caller, path, flags);
      if (!file) return call.answer(-file.error().code);
      call.answer_with(*file, close_on_exec);
    };
    return;
  }
  if (!folder && access != O_RDONLY) return open_for_writing(call, std::move(path), flags);
  auto file = folder ? folders_.open(*view_, path) : open_text(call, path);
  if (!file) return call.answer(-file.error().code);
  call.answer_with(*file, close_on_exec);
}

void Files::open_for_writing(const Notification& call, std::string path, int flags) {
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  auto file = served_->open({call.pid(), nullptr}, path, flags);
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

Result<unique_fd> Files::open_text(const Notification& call, const std::string& path) const {
  TRY(std::string text, served_->read({call.pid(), nullptr}, path));
  // The name tells fstat(2) what it is.
  unique_fd file(::memfd_create(path.c_str(), MFD_CLOEXEC));
  if (!file) return fail_errno(errno, path, "cannot make a file for it");
  TRY_OK(write_all(file.get(), text, path));
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// The running kernel is given another path: where the caller's stands, in memory that a successful
// execve(2) replaces, if it fits there; else one of a descriptor.
void Files::execute(const Notification& call, const Request& request) {
  const Target where = target(call, request);
  if (where.kind == Target::Kind::real) return call.proceed();
  if (where.kind == Target::Kind::view) return call.answer(-EACCES);
  AsCaller rights(call);
  if (::access(where.path.c_str(), X_OK) != 0) return call.answer(-errno);
  std::string path = where.path;
  const std::size_t room = call.string(request.path).value_or("").size();
  if (path.size() > room) {
    unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char magic[2] = {};
    const bool script = file && ::pread(file.get(), magic, 2, 0) == 2 && magic[0] == '#';
    // A script's interpreter opens the path again.
    const int number = file ? call.add(file, !script) : -errno;
    if (number < 0) return call.answer(number);
    path = "/dev/fd/" + std::to_string(number);
  }
  if (path.size() > room || !call.overwrite(request.path, path + '\0'))
    return call.answer(-ENAMETOOLONG);
  call.proceed();
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
