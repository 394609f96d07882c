// The entry of the fuse layer: a user-space kernel's files (/dev, /proc, /sys), or those of an
// image that it has mounted, as a filesystem of the running kernel. The protocol is libfuse3's
// (low-level interface); who mounts it, and where, is in attach.h.
#pragma once

#include <fuse3/fuse_lowlevel.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/file.h"
#include "fuse/call.h"
#include "fuse/file.h"
#include "fuse/inodes.h"
#include "fuse/tree.h"
#include "fuse/wakes.h"
#include "ukernel/ukernel.h"

namespace kmodern::fuse {

class Filesystem : public std::enable_shared_from_this<Filesystem> {
 public:
  struct Opener {
    int pid = 0;
    std::function<bool()> gone;  // true once it does not wait any more; null: FUSE itself knows
  };
  struct Options {
    // Folders are looked up once, and then known for good: for a mount of which nobody asks whether
    // a folder is there.
    bool lasting_folders = false;
    // Whom a thread of ours opens files for; by default the asking thread's own process.
    std::function<Opener(int thread)> opener;
    // Whose the files are, by whom the running kernel knows them: this kernel's root is who runs
    // it. 0: whose the kernel says.
    uid_t user = ::geteuid();
    gid_t group = ::getegid();
  };

  // `device` is an open /dev/fuse, with which a filesystem was mounted. `kernel` outlives it.
  static Result<std::shared_ptr<Filesystem>> start(ukernel::Ukernel& kernel,
                                                   std::shared_ptr<Tree> tree, unique_fd device,
                                                   Options options);
  ~Filesystem();
  Filesystem(const Filesystem&) = delete;

  // Serves it, until it is unmounted everywhere. Module code that has not returned by then keeps
  // the object alive.
  void run();

  // True when it was unmounted everywhere.
  bool is_over() const;

  // Waits until the releases of files that were closed before this call have run: the running
  // kernel does not make close(2) wait for them. For a second at most.
  void settle();

 private:
  friend struct Operations;
  using Guard = std::unique_lock<std::mutex>;

  Filesystem(ukernel::Ukernel& kernel, std::shared_ptr<Tree> tree, int device, Options options);
  void lead(bool to_the_end);
  bool receive(fuse_buf& buffer);
  void somebody_else_leads();

  struct stat attributes_of(const std::string& path, const ukernel::Node& node) const;
  void answer_entry(fuse_req_t request, const std::string& path, const ukernel::Node& node);

  // Runs what may block, without the lead; answers if the asker still waits.
  template <typename Work, typename Answer>
  void call(fuse_req_t request, const Work& work, const Answer& answer);
  // The same where it may not block: with the lead.
  template <typename Work, typename Answer>
  void call_if(bool may_block, fuse_req_t request, const Work& work, const Answer& answer);
  template <typename Work, typename Answer>
  void call_on(File& file, fuse_req_t request, const Work& work, const Answer& answer);

  std::uint64_t keep(std::shared_ptr<File> file);
  std::shared_ptr<File> file(std::uint64_t number);
  void drop(std::uint64_t number);

  ukernel::Ukernel& kernel_;
  std::shared_ptr<Tree> tree_;
  Options options_;
  fuse_session* session_ = nullptr;
  int device_ = -1;  // the session's
  timespec began_{};
  Inodes inodes_;
  Wakes wakes_;
  Call::Interrupted interrupted_;

  // One thread at a time leads: it waits for requests and answers those that are done at once.
  // Before it runs module code it hands the lead over.
  std::mutex lead_;  // guards over_
  bool over_ = false;
  std::atomic<int> candidates_ = 0;  // threads that wait for the lead

  std::mutex arrivals_;  // over releases_; held while a request is taken from the device
  int releases_ = 0;     // taken, and not done yet
  std::condition_variable released_;

  std::mutex files_mutex_;
  std::map<std::uint64_t, std::shared_ptr<File>> files_;
  std::uint64_t next_file_ = 1;
};

}  // namespace kmodern::fuse
