#include "ukernel/core/native/open_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "ukernel/core/native/api/fs/files.h"
#include "ukernel/core/native/platform/guard.h"
#include "ukernel/core/native/platform/pages.h"
#include "ukernel/core/native/platform/thread.h"
#include "ukernel/core/native/subsystems/use.h"

namespace kmodern::core {

namespace {

// While it lives, this thread acts for the opener, and has its buffer as user memory.
class Caller {
 public:
  explicit Caller(const Holder& holder, UserRange user = {})
      : user_(std::exchange(this_thread().user, user)),
        task_(this_thread().task),
        holder_(std::exchange(this_thread().holder, &holder)) {
    platform_task& task = this_thread().task;
    task = {.pid = holder.pid, .comm = {}};
    std::copy_n(holder.comm.data(), std::min(holder.comm.size(), sizeof(task.comm) - 1), task.comm);
  }
  ~Caller() {
    this_thread().user = user_;
    this_thread().task = task_;
    this_thread().holder = holder_;
  }
  Caller(const Caller&) = delete;

 private:
  UserRange user_;
  platform_task task_;
  const Holder* holder_;
};

UserRange range_of(std::span<const std::byte> buffer, bool writable) {
  return {.begin = reinterpret_cast<std::uintptr_t>(buffer.data()),
          .size = buffer.size(),
          .writable = writable};
}

char* chars(std::span<std::byte> bytes) { return reinterpret_cast<char*>(bytes.data()); }
const char* chars(std::span<const std::byte> bytes) {
  return reinterpret_cast<const char*>(bytes.data());
}

constexpr std::size_t largest_mapping = std::size_t{1} << 30;  // bytes

// Pages that follow one another are one piece.
std::vector<SharedMemory::Piece> pieces_of(const std::vector<long>& pages) {
  std::vector<SharedMemory::Piece> pieces;
  long next = -2;
  for (const long page : pages) {
    if (pieces.empty() || page != next) {
      pieces.push_back({.offset = std::nullopt, .size = 0});
      if (page >= 0) pieces.back().offset = static_cast<std::uint64_t>(page) * page_bytes;
    }
    pieces.back().size += page_bytes;
    next = page < 0 ? page : page + 1;
  }
  return pieces;
}

class NativeFile final : public OpenFile {
 public:
  NativeFile(::open_file* file, Holder opener, unique_fd image = {})
      : file_(file), opener_(std::move(opener)), image_(std::move(image)) {}
  ~NativeFile() override {
    if (file_ == nullptr) return;
    if (auto result = close(); !result && host() != nullptr) host()->oops(result.error());
  }
  NativeFile(const NativeFile&) = delete;

  CallResult start() {
    return call({}, [this] { return file_open(file_); });
  }
  // An open that failed has nothing to release.
  void drop() {
    const Caller caller(opener_);
    file_drop(std::exchange(file_, nullptr));
  }

  CallResult read(std::span<std::byte> to) override {
    return call(range_of(to, true),
                [&] { return file_read(file_, chars(to), to.size(), nullptr); });
  }
  CallResult write(std::span<const std::byte> from) override {
    return call(range_of(from, false),
                [&] { return file_write(file_, chars(from), from.size(), nullptr); });
  }
  CallResult read_at(std::span<std::byte> to, std::int64_t position) override {
    long long at = position;
    return call(range_of(to, true), [&] { return file_read(file_, chars(to), to.size(), &at); });
  }
  CallResult write_at(std::span<const std::byte> from, std::int64_t position) override {
    long long at = position;
    return call(range_of(from, false),
                [&] { return file_write(file_, chars(from), from.size(), &at); });
  }
  CallResult seek(long offset, int whence) override {
    return call({}, [&] { return file_seek(file_, offset, whence); });
  }
  CallResult ioctl(unsigned command, unsigned long argument, std::span<std::byte> memory) override {
    if (!memory.empty()) argument = reinterpret_cast<unsigned long>(memory.data());
    return call(range_of(memory, true), [&] { return file_ioctl(file_, command, argument); });
  }
  CallResult ioctl_for(int pid, unsigned command, unsigned long argument) override {
    return call({.pid = pid}, [&] { return file_ioctl(file_, command, argument); });
  }
  CallResult poll(int wake) override {
    unique_fd copy(wake < 0 ? -1 : ::fcntl(wake, F_DUPFD_CLOEXEC, 0));
    CallResult result = call({}, [&] { return file_poll(file_, copy.get()); });
    // After a fault the former may still be told.
    if (!result) wake_.release();
    wake_ = std::move(copy);
    return result;
  }
  CallResult map(std::uint64_t offset, std::size_t size, int protection,
                 SharedMemory& to) override {
    if (size == 0 || size % page_bytes != 0 || size > largest_mapping) return -EINVAL;
    std::vector<long> pages(size / page_bytes);
    const CallResult result =
        call({}, [&] { return file_map(file_, offset, size, protection, pages.data()); });
    if (!result || *result < 0) return result;
    to.file.reset(::fcntl(page_file(), F_DUPFD_CLOEXEC, 0));
    if (!to.file) return -errno;
    to.pieces = pieces_of(pages);
    return 0;
  }
  CallResult fasync(bool on, int owner) override {
    return call({}, [&] { return file_fasync(file_, on ? 1 : 0, owner); });
  }
  void set_flags(int flags) override {
    if (file_ != nullptr) file_set_flags(file_, flags);
  }
  CallResult close() override {
    if (file_ == nullptr) return 0;
    CallResult result = 0;
    {
      const Caller caller(opener_);
      result = guarded_call([this] { return file_release(file_); });
    }
    drop();
    return result;
  }

 private:
  // Runs an operation of the module for the opener, with the memory that it gave along.
  template <typename Operation>
  CallResult call(UserRange user, const Operation& operation) {
    if (file_ == nullptr) return -EBADF;
    const Caller caller(opener_, user);
    if (const int error = file_begin(file_); error < 0) return error;
    CallResult result = guarded_call(operation);
    file_end(file_);
    return result;
  }

  ::open_file* file_;
  Holder opener_;
  unique_fd image_;  // that it reads
  unique_fd wake_;   // what poll() said is to be written to
};

std::unexpected<Error> cannot_open(const std::string& path, int error) {
  return fail_errno(error, path, "cannot open",
                    error == ENXIO || error == ENOENT
                        ? "`kmodern kernel status` lists the devices that there are; the module "
                          "that makes this one may not be loaded"
                        : "");
}

// The file after its open().
Result<std::unique_ptr<OpenFile>> started(std::unique_ptr<NativeFile> file,
                                          const std::string& subject, const char* refusal,
                                          const char* cure = "") {
  const CallResult result = file->start();
  if (result && *result >= 0) return file;
  file->drop();
  if (result) return fail_errno(static_cast<int>(-*result), subject, refusal, cure);
  if (host() != nullptr) host()->oops(result.error());
  return fail(EFAULT, subject, fmt::format("its open faulted: {}", result.error().what),
              "`kmodern dmesg` has the backtrace");
}

Node::Kind kind_of(unsigned mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return Node::Kind::folder;
    case S_IFLNK:
      return Node::Kind::link;
    case S_IFCHR:
      return Node::Kind::character;
    case S_IFBLK:
      return Node::Kind::block;
    default:
      return Node::Kind::file;
  }
}

}  // namespace

std::optional<Node> find_file(const std::string& path) {
  file_facts facts;
  if (files_find(path.c_str(), &facts) != 0) return std::nullopt;
  const Node::Kind kind = kind_of(facts.mode);
  return Node{.kind = kind,
              .mode = facts.mode & 07777,
              .target = facts.target,
              .size = facts.size,
              .major = facts.major,
              .minor = facts.minor,
              .uid = facts.uid,
              .gid = facts.gid,
              .opened = kind != Node::Kind::folder && kind != Node::Kind::link,
              .shared = facts.shared != 0};
}

Result<std::unique_ptr<OpenFile>> open_file(const std::string& path, int flags,
                                            const Holder& opener) {
  ::open_file* prepared = nullptr;
  {
    const Caller caller(opener);
    if (int error = file_prepare(path.c_str(), flags, &prepared); error < 0)
      return cannot_open(path, -error);
  }
  return started(std::make_unique<NativeFile>(prepared, opener), path, "its open refused");
}

Result<std::unique_ptr<OpenFile>> open_use(Use use, const Holder& user) {
  const std::string subject = fmt::format("{}", fmt::join(use.words, " "));
  std::vector<const char*> words;
  words.reserve(use.words.size());
  for (const std::string& word : use.words) words.push_back(word.c_str());
  const use_request request = {
      .words = words.data(), .count = static_cast<int>(words.size()), .image = use.image.get()};
  ::open_file* prepared = nullptr;
  if (const int error = use_prepare(&request, use.flags, &prepared); error < 0) {
    return fail_errno(-error, subject,
                      error == -ENOSYS ? "is no subsystem of this kernel" : "cannot be used",
                      error == -ENOSYS ? "`kmodern use --help` lists them" : "");
  }
  return started(
      std::make_unique<NativeFile>(prepared, user, std::move(use.image)), subject, "cannot be used",
      "whether a module was asked for, and what came of it, is in `kmodern requests` of a "
      "kerneld, or in `kmodern dmesg`");
}

}  // namespace kmodern::core
