#include "fuse/filesystem.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "fuse/operations.h"

namespace kmodern::fuse {

namespace {

const dev_t fuse_device = makedev(10, 229);  // Documentation/admin-guide/devices.txt
constexpr int pursuit = 20;                  // milliseconds between two looks at interrupted calls
constexpr int enough_candidates = 4;         // threads that wait for something to do
constexpr auto settle_patience = std::chrono::seconds(1);

thread_local std::unique_lock<std::mutex>* leading = nullptr;  // this thread has it

std::uint32_t operation(const fuse_buf& buffer) {
  return static_cast<const fuse_in_header*>(buffer.mem)->opcode;
}

}  // namespace

Result<std::shared_ptr<Filesystem>> Filesystem::start(ukernel::Ukernel& kernel,
                                                      std::shared_ptr<Tree> tree, unique_fd device,
                                                      Options options) {
  struct stat status;
  if (::fstat(device.get(), &status) != 0 || !S_ISCHR(status.st_mode) ||
      status.st_rdev != fuse_device)
    return fail(EINVAL, "FUSE", "the descriptor is not an open /dev/fuse");
  // One thread at a time reads, and a request may be withdrawn between poll(2) and read(2).
  ::fcntl(device.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(device.get(), F_SETFD, FD_CLOEXEC);
  std::shared_ptr<Filesystem> made(
      new Filesystem(kernel, std::move(tree), device.get(), std::move(options)));
  // libfuse takes the descriptor over, where it is named like this.
  if (made->session_ == nullptr ||
      fuse_session_mount(made->session_, fmt::format("/dev/fd/{}", device.get()).c_str()) != 0)
    return fail(ENOMEM, "FUSE", "libfuse cannot make a session");
  device.release();
  return made;
}

Filesystem::Filesystem(ukernel::Ukernel& kernel, std::shared_ptr<Tree> tree, int device,
                       Options options)
    : kernel_(kernel), tree_(std::move(tree)), options_(std::move(options)), device_(device) {
  ::clock_gettime(CLOCK_REALTIME, &began_);
  std::array<char*, 2> words = {const_cast<char*>("kmodern"), nullptr};
  fuse_args arguments = FUSE_ARGS_INIT(1, words.data());
  session_ = fuse_session_new(&arguments, &operations(), sizeof(fuse_lowlevel_ops), this);
  fuse_opt_free_args(&arguments);
}

Filesystem::~Filesystem() {
  files_.clear();
  if (session_ != nullptr) fuse_session_destroy(session_);
}

void Filesystem::run() { lead(true); }

void Filesystem::lead(bool to_the_end) {
  fuse_buf buffer{};
  while (true) {
    ++candidates_;
    std::unique_lock lead(lead_);
    --candidates_;
    if (over_) break;
    leading = &lead;
    const bool over = !receive(buffer);
    over_ = over;
    if (!over) fuse_session_process_buf(session_, &buffer);  // may give the lead, and over_, away
    leading = nullptr;
    if (over || (!to_the_end && candidates_ >= enough_candidates)) break;
  }
  std::free(buffer.mem);  // libfuse's
}

bool Filesystem::receive(fuse_buf& buffer) {
  while (true) {
    std::array<pollfd, 2> ready = {
        {{device_, POLLIN, 0}, {wakes_.descriptor(), POLLIN, 0}},
    };
    ::poll(ready.data(), ready.size(), interrupted_.empty() ? -1 : pursuit);
    if (ready[1].revents != 0) wakes_.deliver();
    interrupted_.pursue();
    if (ready[0].revents == 0) continue;
    std::lock_guard guard(arrivals_);
    const int got = fuse_session_receive_buf(session_, &buffer);
    if (got == -EINTR || got == -EAGAIN) continue;
    if (got <= 0) return false;
    if (operation(buffer) == FUSE_RELEASE) ++releases_;
    return true;
  }
}

void Filesystem::somebody_else_leads() {
  if (leading == nullptr) return;
  if (candidates_ == 0) {
    try {
      std::thread([self = shared_from_this()] { self->lead(false); }).detach();
    } catch (const std::system_error&) {
      return;  // there can be no more threads: others have to wait for this call
    }
  }
  leading->unlock();
  leading = nullptr;
}

bool Filesystem::is_over() const {
  pollfd connection{device_, 0, 0};
  return ::poll(&connection, 1, 0) > 0 && (connection.revents & POLLERR) != 0;
}

void Filesystem::settle() {
  const auto deadline = std::chrono::steady_clock::now() + settle_patience;
  std::unique_lock guard(arrivals_);
  while (std::chrono::steady_clock::now() < deadline) {
    pollfd waiting{device_, POLLIN, 0};
    if (::poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLIN) != 0) {
      guard.unlock();
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      guard.lock();
    } else if (releases_ == 0) {
      return;
    } else {
      released_.wait_until(guard, deadline);
    }
  }
}

std::uint64_t Filesystem::keep(std::shared_ptr<File> file) {
  std::lock_guard guard(files_mutex_);
  files_.emplace(next_file_, std::move(file));
  return next_file_++;
}

std::shared_ptr<File> Filesystem::file(std::uint64_t number) {
  std::lock_guard guard(files_mutex_);
  auto found = files_.find(number);
  return found != files_.end() ? found->second : nullptr;
}

void Filesystem::drop(std::uint64_t number) {
  wakes_.forget(number);
  std::shared_ptr<File> last;
  std::lock_guard guard(files_mutex_);
  auto found = files_.find(number);
  if (found == files_.end()) return;
  last = std::move(found->second);  // ends after the guard
  files_.erase(found);
}

}  // namespace kmodern::fuse
