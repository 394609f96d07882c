// What makes a kernel, or a module, less than trustworthy for a bug report. Bits and letters as in
// Documentation/admin-guide/tainted-kernels.rst.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

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

// "OE": the letters of the bits that are set, lowest first; a kernel that is not proprietary shows
// no letter for it (the 'G' of an oops is added there).
inline std::string taint_letters(std::uint64_t mask) {
  static constexpr char letters[] = "PFSRMBUDAWCIOELKXTN";
  std::string text;
  for (unsigned bit = 0; letters[bit] != 0; ++bit) {
    if (mask >> bit & 1) text += letters[bit];
  }
  return text;
}

}  // namespace kmodern::ukernel
