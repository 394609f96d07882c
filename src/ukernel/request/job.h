// One name that is being loaded, for all that ask for it.
//
//     wanted --> starting --> running --> done
//        ^           |
//        +-----------+   who was about to start the program has gone
#pragma once

#include <condition_variable>
#include <cstdint>
#include <string>

namespace kmodern::ukernel {

// Guarded by its owner's lock.
struct Job {
  enum class State : std::uint8_t {
    wanted,    // one of those that wait is to start the program
    starting,  // one of them is about to
    running,
    done,
  };

  std::string name;
  State state = State::wanted;
  bool ran = false;  // there was a program, so that `status` is its
  int status = 0;    // at the end: as Host::request_module gives it
  unsigned waiting = 0;
  std::condition_variable changed;
};

}  // namespace kmodern::ukernel
