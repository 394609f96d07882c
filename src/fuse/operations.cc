#include "fuse/operations.h"

#include <linux/fuse.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "fuse/filesystem.h"
#include "ukernel/interruptible.h"
#include "ukernel/view/status.h"

#ifndef FOPEN_PARALLEL_DIRECT_WRITES
#define FOPEN_PARALLEL_DIRECT_WRITES (1 << 6)  // since Linux 6.2
#endif

namespace kmodern::fuse {

namespace {

Filesystem& filesystem_of(fuse_req_t request) {
  return *static_cast<Filesystem*>(fuse_req_userdata(request));
}

// What a system call may say: codes of the kernel's own end in it (include/linux/errno.h).
int code_of(const Error& error) {
  constexpr int restart_first = 512;  // ERESTARTSYS
  constexpr int no_command = 515;     // ENOIOCTLCMD
  constexpr int restart_last = 516;   // ERESTART_RESTARTBLOCK
  if (error.code == no_command) return ENOTTY;
  if (error.code >= restart_first && error.code <= restart_last) return EINTR;
  return error.code > 0 && error.code < restart_first ? error.code : EIO;
}

std::string path_in(const std::string& folder, const char* name) {
  return folder == "/" ? folder + name : folder + "/" + name;
}

// The names of a folder that was opened.
struct Listing {
  struct Entry {
    std::string name;
    struct stat status;
  };
  std::vector<Entry> entries;
};

// Whether an ioctl's argument is an address, and what is there may be read and written from here.
bool can_reach(int pid, void* argument) {
  std::byte first{};
  const iovec here = {&first, 1};
  const iovec there = {argument, 1};
  return pid != 0 && ::process_vm_readv(pid, &here, 1, &there, 1, 0) == 1;
}

}  // namespace

struct stat Filesystem::attributes_of(const std::string& path, const ukernel::Node& node) const {
  struct stat status = ukernel::status_of(path, node);
  // A device's node would be the running kernel's device of that number.
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
    status.st_mode = S_IFREG | (status.st_mode & 07777);
  status.st_rdev = 0;
  status.st_atim = status.st_mtim = status.st_ctim = began_;
  if (node.modified != 0) status.st_mtim = status.st_ctim = {.tv_sec = node.modified, .tv_nsec = 0};
  if (options_.user != 0) {
    status.st_uid = options_.user;
    status.st_gid = options_.group;
  }
  return status;
}

void Filesystem::answer_entry(fuse_req_t request, const std::string& path,
                              const ukernel::Node& node) {
  const bool folder = node.kind == ukernel::Node::Kind::folder;
  const bool file = !folder && node.kind != ukernel::Node::Kind::link;
  fuse_entry_param entry{};
  entry.attr = attributes_of(path, node);
  entry.ino = inodes_.enter(path, file);
  if (folder && options_.lasting_folders) entry.entry_timeout = std::numeric_limits<int>::max();
  if (fuse_reply_entry(request, &entry) != 0) inodes_.forget(entry.ino, 1);
}

template <typename Work, typename Answer>
void Filesystem::call(fuse_req_t request, const Work& work, const Answer& answer) {
  somebody_else_leads();
  const auto self = shared_from_this();  // the module may return after the end
  auto one = Call::begin(request, kernel_, interrupted_);
  auto result = work();
  if (!one->end()) return;
  if (result) {
    answer(*result);
  } else {
    fuse_reply_err(request, code_of(result.error()));
  }
}

template <typename Work, typename Answer>
void Filesystem::call_on(File& file, fuse_req_t request, const Work& work, const Answer& answer) {
  call_if(file.may_block(), request, work, answer);
}

template <typename Work, typename Answer>
void Filesystem::call_if(bool may_block, fuse_req_t request, const Work& work,
                         const Answer& answer) {
  if (may_block) return call(request, work, answer);
  auto result = work();
  if (result) {
    answer(*result);
  } else {
    fuse_reply_err(request, code_of(result.error()));
  }
}

// libfuse's callbacks.
struct Operations {
  static void init(void*, fuse_conn_info* connection) {
    // A write is one store of a module: never gathered, nor read ahead.
    connection->want &= ~static_cast<unsigned>(FUSE_CAP_WRITEBACK_CACHE | FUSE_CAP_SPLICE_READ |
                                               FUSE_CAP_SPLICE_WRITE | FUSE_CAP_READDIRPLUS);
    // Releases are what waits in the background: see Filesystem::settle().
    connection->max_background = std::numeric_limits<std::uint16_t>::max();
    connection->congestion_threshold = connection->max_background;
  }

  static void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
    Filesystem& fs = filesystem_of(request);
    const auto folder = fs.inodes_.path(parent);
    if (!folder) {
      fuse_reply_err(request, ESTALE);
      return;
    }
    const std::string path = path_in(*folder, name);
    fs.call_if(
        fs.tree_->may_block(), request, [&] { return fs.tree_->find(path); },
        [&](const ukernel::Node& node) { fs.answer_entry(request, path, node); });
  }

  static void forget(fuse_req_t request, fuse_ino_t inode, std::uint64_t lookups) {
    filesystem_of(request).inodes_.forget(inode, lookups);
    fuse_reply_none(request);
  }

  static void forget_multi(fuse_req_t request, std::size_t count, fuse_forget_data* all) {
    for (const fuse_forget_data& one : std::span(all, count))
      filesystem_of(request).inodes_.forget(one.ino, one.nlookup);
    fuse_reply_none(request);
  }

  static void getattr(fuse_req_t request, fuse_ino_t inode, fuse_file_info* open) {
    Filesystem& fs = filesystem_of(request);
    const auto path = fs.inodes_.path(inode).value_or("");
    const auto file = open != nullptr ? fs.file(open->fh) : nullptr;
    const bool asks_file = file && file->may_block();
    fs.call_if(
        asks_file || fs.tree_->may_block(), request,
        [&]() -> Result<struct stat> {
          auto node = fs.tree_->find(path);
          // What is open stays, even if its module has taken it away.
          if (!node && open == nullptr) return std::unexpected(node.error());
          struct stat status = fs.attributes_of(path, node.value_or(ukernel::Node{.mode = 0}));
          if (!asks_file) return status;
          // Of an open file only lseek(2) from its end asks (fuse_lseek).
          if (const std::uint64_t end = file->end(); end != 0)
            status.st_size = static_cast<off_t>(end);
          return status;
        },
        [&](const struct stat& status) { fuse_reply_attr(request, &status, 0); });
  }

  static void setattr(fuse_req_t request, fuse_ino_t inode, struct stat*, int what,
                      fuse_file_info*) {
    // O_TRUNC and touch(1) mean nothing here, and are no error: kernfs_iop_setattr().
    constexpr int harmless = FUSE_SET_ATTR_SIZE | FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME |
                             FUSE_SET_ATTR_ATIME_NOW | FUSE_SET_ATTR_MTIME_NOW |
                             FUSE_SET_ATTR_CTIME;
    if ((what & ~harmless) != 0) {
      fuse_reply_err(request, EPERM);
      return;
    }
    getattr(request, inode, nullptr);
  }

  static void readlink(fuse_req_t request, fuse_ino_t inode) {
    Filesystem& fs = filesystem_of(request);
    const auto path = fs.inodes_.path(inode).value_or("");
    fs.call_if(
        fs.tree_->may_block(), request,
        [&]() -> Result<std::string> {
          TRY(const ukernel::Node node, fs.tree_->find(path));
          if (node.kind != ukernel::Node::Kind::link) return fail(EINVAL, path, "is no link");
          return node.target;
        },
        [&](const std::string& target) { fuse_reply_readlink(request, target.c_str()); });
  }

  static Result<std::unique_ptr<Listing>> listing_of(Filesystem& fs, const std::string& path) {
    auto listing = std::make_unique<Listing>();
    for (const char* dots : {".", ".."})
      listing->entries.push_back({dots, {.st_ino = 1, .st_mode = S_IFDIR}});
    for (std::string& name : fs.tree_->list(path)) {
      const std::string one = path_in(path, name.c_str());
      const auto node = fs.tree_->find(one);
      if (node) listing->entries.push_back({std::move(name), fs.attributes_of(one, *node)});
    }
    return listing;
  }

  static void opendir(fuse_req_t request, fuse_ino_t inode, fuse_file_info* open) {
    Filesystem& fs = filesystem_of(request);
    const auto path = fs.inodes_.path(inode);
    if (!path) {
      fuse_reply_err(request, ESTALE);
      return;
    }
    fs.call_if(
        fs.tree_->may_block(), request, [&] { return listing_of(fs, *path); },
        [&](std::unique_ptr<Listing>& listing) {
          open->fh = reinterpret_cast<std::uintptr_t>(listing.get());
          if (fuse_reply_open(request, open) == 0) (void)listing.release();
        });
  }

  static void readdir(fuse_req_t request, fuse_ino_t, std::size_t size, off_t offset,
                      fuse_file_info* open) {
    const auto& entries = reinterpret_cast<const Listing*>(open->fh)->entries;
    std::string bytes(size, 0);
    std::size_t used = 0;
    for (auto i = static_cast<std::size_t>(offset); i < entries.size(); ++i) {
      const std::size_t more =
          fuse_add_direntry(request, bytes.data() + used, size - used, entries[i].name.c_str(),
                            &entries[i].status, static_cast<off_t>(i + 1));
      if (more > size - used) break;
      used += more;
    }
    fuse_reply_buf(request, bytes.data(), used);
  }

  static void releasedir(fuse_req_t request, fuse_ino_t, fuse_file_info* open) {
    std::unique_ptr<Listing>(reinterpret_cast<Listing*>(open->fh)).reset();
    fuse_reply_err(request, 0);
  }

  // The answer as the protocol has it: libfuse 3.14 does not know files without a position.
  static void answer_open(Filesystem& fs, fuse_req_t request, std::shared_ptr<File> file) {
    fuse_open_out answer{};
    answer.open_flags = FOPEN_DIRECT_IO | FOPEN_PARALLEL_DIRECT_WRITES;
    if (!file->seekable()) answer.open_flags |= FOPEN_NONSEEKABLE | FOPEN_STREAM;
    answer.fh = fs.keep(std::move(file));
    if (fuse_reply_buf(request, reinterpret_cast<const char*>(&answer), sizeof answer) != 0)
      fs.drop(answer.fh);  // the opener is gone
  }

  static void open(fuse_req_t request, fuse_ino_t inode, fuse_file_info* open) {
    Filesystem& fs = filesystem_of(request);
    const auto path = fs.inodes_.path(inode).value_or("");
    Filesystem::Opener opener{fuse_req_ctx(request)->pid, nullptr};
    if (fs.options_.opener) opener = fs.options_.opener(opener.pid);
    const auto work = [&] {
      const ukernel::Interruptible waiting(fs.kernel_, opener.gone);
      return fs.tree_->open(path, open->flags, opener.pid);
    };
    const auto answer = [&](auto& file) { answer_open(fs, request, std::move(file)); };
    bool may_block = fs.tree_->may_block();
    if (!may_block) {
      const auto node = fs.tree_->find(path);
      may_block = node && node->opened;
    }
    fs.call_if(may_block, request, work, answer);
  }

  static void read(fuse_req_t request, fuse_ino_t, std::size_t size, off_t offset,
                   fuse_file_info* open) {
    Filesystem& fs = filesystem_of(request);
    const auto file = fs.file(open->fh);
    fs.call_on(
        *file, request,
        [&] {
          file->set_flags(open->flags);
          return file->read(size, static_cast<std::uint64_t>(offset));
        },
        [&](const std::string& bytes) { fuse_reply_buf(request, bytes.data(), bytes.size()); });
  }

  static void write(fuse_req_t request, fuse_ino_t, const char* bytes, std::size_t size,
                    off_t offset, fuse_file_info* open) {
    Filesystem& fs = filesystem_of(request);
    const auto file = fs.file(open->fh);
    fs.call_on(
        *file, request,
        [&] {
          file->set_flags(open->flags);
          return file->write({bytes, size}, static_cast<std::uint64_t>(offset));
        },
        [&](std::size_t written) { fuse_reply_write(request, written); });
  }

  // The running kernel has copied what the command's number tells (_IOC_SIZE), and copies it back;
  // modules may reach beyond that, so what they get is the caller's own memory where it can be had.
  static void ioctl(fuse_req_t request, fuse_ino_t, unsigned command, void* argument,
                    fuse_file_info* open, unsigned flags, const void* given, std::size_t size,
                    std::size_t wanted) {
    Filesystem& fs = filesystem_of(request);
    if ((flags & FUSE_IOCTL_DIR) != 0) {
      fuse_reply_err(request, ENOTTY);
      return;
    }
    const auto file = fs.file(open->fh);
    if (const int pid = fuse_req_ctx(request)->pid; can_reach(pid, argument)) {
      fs.call_on(
          *file, request,
          [=] { return file->ioctl_for(pid, command, reinterpret_cast<unsigned long>(argument)); },
          [&](long result) { fuse_reply_ioctl(request, static_cast<int>(result), nullptr, 0); });
      return;
    }
    std::string memory(std::max(size, wanted), 0);
    if (size != 0) std::memcpy(memory.data(), given, size);
    fs.call_on(
        *file, request,
        [&] { return file->ioctl(command, reinterpret_cast<unsigned long>(argument), memory); },
        [&](long result) {
          fuse_reply_ioctl(request, static_cast<int>(result), memory.data(), wanted);
        });
  }

  static void poll(fuse_req_t request, fuse_ino_t, fuse_file_info* open, fuse_pollhandle* waiting) {
    Filesystem& fs = filesystem_of(request);
    const auto file = fs.file(open->fh);
    const int wake = fs.wakes_.watch(open->fh, waiting);
    fs.call_on(
        *file, request, [&] { return file->poll(wake); },
        [&](unsigned events) { fuse_reply_poll(request, events); });
  }

  static void release(fuse_req_t request, fuse_ino_t, fuse_file_info* open) {
    Filesystem& fs = filesystem_of(request);
    auto file = fs.file(open->fh);
    if (file->may_block()) fs.somebody_else_leads();
    file.reset();
    fs.drop(open->fh);
    fuse_reply_err(request, 0);
    std::lock_guard guard(fs.arrivals_);
    --fs.releases_;
    fs.released_.notify_all();
  }
};

const fuse_lowlevel_ops& operations() {
  static const fuse_lowlevel_ops all = {
      .init = Operations::init,
      .lookup = Operations::lookup,
      .forget = Operations::forget,
      .getattr = Operations::getattr,
      .setattr = Operations::setattr,
      .readlink = Operations::readlink,
      .open = Operations::open,
      .read = Operations::read,
      .write = Operations::write,
      .release = Operations::release,
      .opendir = Operations::opendir,
      .readdir = Operations::readdir,
      .releasedir = Operations::releasedir,
      .ioctl = Operations::ioctl,
      .poll = Operations::poll,
      .forget_multi = Operations::forget_multi,
  };
  return all;
}

}  // namespace kmodern::fuse
