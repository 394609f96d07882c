#include "supervisor/filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // since Linux 5.19
#endif

namespace kmodern::supervisor {

namespace {

// Everything that names a file by a path, the module calls, and uname.
constexpr int intercepted[] = {
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(uname),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(openat2),
    SCMP_SYS(creat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getxattr),
    SCMP_SYS(lgetxattr),
    SCMP_SYS(listxattr),
    SCMP_SYS(llistxattr),
    // Of Linux 2.1.18 to 2.4; their numbers are still theirs.
    SCMP_SYS(create_module),
    SCMP_SYS(query_module),
    SCMP_SYS(get_kernel_syms),
    SCMP_SYS(nfsservctl),  // up to 3.0
    SCMP_SYS(statfs),
    SCMP_SYS(mount),
    SCMP_SYS(chdir),
    SCMP_SYS(fchdir),
    SCMP_SYS(getcwd),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(utimensat),
    SCMP_SYS(truncate),
    SCMP_SYS(inotify_add_watch),
};

}  // namespace

Result<Filter> Filter::make() {
  auto made = [](int code) { return fail_errno(-code, "seccomp", "cannot make the filter"); };
  std::unique_ptr<void, decltype(&seccomp_release)> context(seccomp_init(SCMP_ACT_ALLOW),
                                                            seccomp_release);
  if (context == nullptr) return made(-ENOMEM);
  // A binary tree of comparisons; programs of another architecture (32 bit) are left alone.
  if (int code = seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2); code != 0)
    return made(code);
  if (int code = seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
      code != 0)
    return made(code);
  for (int number : intercepted) {
    if (int code = seccomp_rule_add(context.get(), SCMP_ACT_NOTIFY, number, 0); code != 0)
      return made(code);
  }
  unique_fd file(::memfd_create("filter", MFD_CLOEXEC));
  if (!file) return made(-errno);
  if (int code = seccomp_export_bpf(context.get(), file.get()); code != 0) return made(code);
  std::string program(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), 0);
  TRY_OK(read_exactly(file.get(), 0, std::as_writable_bytes(std::span(program)), "the filter"));
  return Filter(std::move(program));
}

int Filter::load() const {
  sock_fprog program = {
      .len = static_cast<unsigned short>(program_.size() / sizeof(sock_filter)),
      .filter = const_cast<sock_filter*>(reinterpret_cast<const sock_filter*>(program_.data())),
  };
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  auto install = [&](unsigned long flags) {
    return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
  };
  // Only a fatal signal may interrupt a call that is being served: others would have it made twice.
  int listener = install(SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  if (listener < 0 && errno == EINVAL) listener = install(SECCOMP_FILTER_FLAG_NEW_LISTENER);
  return listener >= 0 ? listener : -errno;
}

}  // namespace kmodern::supervisor
