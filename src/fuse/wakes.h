// poll(2): which open files have somebody to tell when they become ready.
#pragma once

#include <fuse3/fuse_lowlevel.h>

#include <map>
#include <memory>
#include <mutex>

#include "base/file.h"
#include "fuse/file.h"

namespace kmodern::fuse {

// Any thread may call.
class Wakes {
 public:
  Wakes();
  ~Wakes();
  Wakes(const Wakes&) = delete;

  // Readable when deliver() has something to do.
  int descriptor() const { return all_.get(); }

  // The eventfd of that file, -1 if there is none. `waiting` is told at the next write to it, and
  // takes the place of who was to be told before; null: that one stays.
  int watch(std::uint64_t file, fuse_pollhandle* waiting);
  void forget(std::uint64_t file);
  void deliver();

 private:
  struct Watch {
    unique_fd event;
    fuse_pollhandle* waiting = nullptr;
  };

  unique_fd all_;  // epoll
  std::mutex mutex_;
  std::map<std::uint64_t, Watch> watches_;  // by the file's number
};

}  // namespace kmodern::fuse
