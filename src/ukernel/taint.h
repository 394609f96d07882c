// The taints that this kernel sets. Their letters and words: kernel/taints.h.
#pragma once

#include <atomic>
#include <cstdint>

namespace kmodern::ukernel {

enum class Taint : unsigned {
  proprietary = 0,       // P
  forced_load = 1,       // F
  forced_unload = 3,     // R
  unsafe_parameter = 6,  // U
  died = 7,              // D: an oops happened
  staging = 10,          // C
  out_of_tree = 12,      // O
  unsigned_module = 13,  // E
  livepatch = 15,        // K
  test = 18,             // N
};

inline std::uint64_t mask_of(Taint taint) {
  return std::uint64_t{1} << static_cast<unsigned>(taint);
}

class Taints {
 public:
  // True if it was not set before.
  bool set(Taint taint) { return (mask_.fetch_or(mask_of(taint)) & mask_of(taint)) == 0; }
  bool has(Taint taint) const { return (mask_ & mask_of(taint)) != 0; }
  // All bits of a mask, as writing /proc/sys/kernel/tainted does.
  void add(std::uint64_t mask) { mask_ |= mask; }
  std::uint64_t mask() const { return mask_; }
  // True for the first who asks.
  bool end_lock_debugging() { return lock_debugging_.exchange(false); }

 private:
  std::atomic<std::uint64_t> mask_ = 0;
  std::atomic<bool> lock_debugging_ = true;
};

}  // namespace kmodern::ukernel
