// The marks by which the sweep of idle modules chooses: AUTOCLEAN, VISITED, USED_ONCE, JUST_FREED
// (kernel/classic.h). Every module has them, however it was loaded.
#pragma once

#include <atomic>
#include <cstdint>

#include "kernel/classic.h"

namespace kmodern::ukernel {

// Any thread may call anything at any time, but for keep_in().
class Marks {
 public:
  static constexpr std::uint64_t all = kernel::classic::autoclean | kernel::classic::visited |
                                       kernel::classic::used_once | kernel::classic::just_freed;

  // From now on they are in that word: the flags of a classic module's struct module, where its own
  // code sets them. nullptr: here again.
  void keep_in(std::uint64_t* word) { word_ = word != nullptr ? word : &own_; }

  bool has(std::uint64_t mark) const { return (value() & mark) != 0; }
  std::uint64_t value() const { return std::atomic_ref(*word_).load(); }
  void set(std::uint64_t marks) { std::atomic_ref(*word_).fetch_or(marks); }
  void clear(std::uint64_t marks) { std::atomic_ref(*word_).fetch_and(~marks); }

 private:
  std::uint64_t own_ = 0;
  std::uint64_t* word_ = &own_;
};

}  // namespace kmodern::ukernel
