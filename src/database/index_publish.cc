#include "database/index_publish.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "base/parallel.h"

namespace kmodern::database {

namespace {

// The signals that end a program, kept waiting in this thread and in those that it starts.
class SignalsHeld {
 public:
  SignalsHeld() {
    ::sigemptyset(&held_);
    for (int signal : {SIGHUP, SIGINT, SIGTERM}) ::sigaddset(&held_, signal);
    ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  bool one_waits() const {
    sigset_t waiting;
    ::sigpending(&waiting);
    for (int signal : {SIGHUP, SIGINT, SIGTERM}) {
      if (::sigismember(&waiting, signal) == 1 && ::sigismember(&before_, signal) == 0) return true;
    }
    return false;
  }

 private:
  sigset_t held_;
  sigset_t before_;
};

// The files under their temporary names; whatever still has one at the end is removed.
class Staged {
 public:
  explicit Staged(std::string directory, std::size_t count)
      : directory_(std::move(directory)), temporary_(count) {}
  Staged(const Staged&) = delete;
  Staged& operator=(const Staged&) = delete;
  ~Staged() {
    for (const std::string& name : temporary_) {
      if (!name.empty()) ::unlink(name.c_str());
    }
  }

  // Each index is written by one thread only.
  Result<void> write(std::size_t index, const IndexFile& file) {
    const std::string path = final_path(file);
    struct stat status;
    if (::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
      return fail(EISDIR, path, "is a directory where the index belongs", "remove it");
    // A name that is always the same: what a killed run left is replaced by the next one. The
    // lock keeps two runs apart.
    std::string temporary = path + ".new";
    ::unlink(temporary.c_str());
    unique_fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!fd) {
      const bool refused = errno == EACCES || errno == EPERM || errno == EROFS;
      return fail_errno(errno, path, "cannot create a file beside it",
                        refused ? "run it as root, or let it write elsewhere with -o" : "");
    }
    temporary_[index] = std::move(temporary);
    if (::fchmod(fd.get(), 0644) != 0) return fail_errno(errno, path, "cannot set its mode");
    TRY_OK(write_all(fd.get(), file.contents, path));
    if (::fdatasync(fd.get()) != 0) return fail_errno(errno, path, "cannot bring to disk");
    if (::close(fd.release()) != 0) return fail_errno(errno, path, "cannot bring to disk");
    return {};
  }

  Result<void> put_in_place(std::size_t index, const IndexFile& file) {
    const std::string path = final_path(file);
    if (::rename(temporary_[index].c_str(), path.c_str()) != 0)
      return fail_errno(errno, path, "cannot put the new file in place");
    temporary_[index].clear();
    return {};
  }

 private:
  std::string final_path(const IndexFile& file) const { return directory_ + "/" + file.name; }

  std::string directory_;
  std::vector<std::string> temporary_;
};

}  // namespace

Result<unique_fd> lock_directory(const std::string& directory) {
  unique_fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, directory, "could not open directory");
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    if (errno == EOPNOTSUPP || errno == ENOLCK || errno == EBADF || errno == EINVAL) break;
    return fail_errno(errno, directory, "cannot lock this directory");
  }
  return fd;
}

Result<void> publish_files(const std::string& directory, std::span<const IndexFile> files,
                           std::string_view last) {
  SignalsHeld signals;
  Staged staged(directory, files.size());
  std::vector<Result<void>> results(files.size());
  // Mostly waiting for the disk: one thread for each.
  parallel_for(
      files.size(),
      [&](std::size_t index, unsigned) { results[index] = staged.write(index, files[index]); },
      static_cast<unsigned>(files.size()));
  for (const Result<void>& result : results) TRY_OK(result);
  if (signals.one_waits()) return fail(EINTR, directory, "was left as it was");

  for (const bool is_turn_of_last : {false, true}) {
    for (std::size_t index = 0; index < files.size(); ++index) {
      if ((files[index].name == last) == is_turn_of_last)
        TRY_OK(staged.put_in_place(index, files[index]));
    }
  }
  return {};
}

}  // namespace kmodern::database
