// Runs of pages below 2 GiB, side by side in chunks of addresses that belong to one pool. Of one
// pool all runs are to be protected alike: neighbours then merge into one mapping of the process,
// whose number Linux limits (vm.max_map_count), unlike that of pages.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/error.h"

namespace kmodern::ukernel {

// The end of the addresses that a sign-extended 32-bit number reaches.
inline constexpr std::uintptr_t low_end = std::uintptr_t{1} << 31;

// Any thread may call anything at any time. Sizes are of whole pages.
class PagePool {
 public:
  PagePool() = default;
  PagePool(const PagePool&) = delete;
  PagePool& operator=(const PagePool&) = delete;
  ~PagePool();

  // Writable and zero; null where no room is left. What is next to it may be another's.
  std::byte* take(std::size_t size);
  // The pages are the system's again, and cannot be accessed until they are taken anew. (Where the
  // process has all the mappings that it may have, they are only zero.)
  void give_back(std::byte* begin, std::size_t size) noexcept;
  // Bytes that are taken.
  std::size_t in_use() const { return in_use_; }

 private:
  struct Chunk {
    std::byte* begin = nullptr;
    std::vector<bool> taken;     // by page
    std::size_t first_free = 0;  // no page before it is free
    std::size_t free = 0;        // pages

    std::byte* take(std::size_t pages);
    bool holds(const std::byte* address) const;
  };
  bool grow(std::size_t pages);

  std::mutex mutex_;
  std::vector<Chunk> chunks_;
  std::atomic<std::size_t> in_use_ = 0;
};

// A run of a pool's; its end gives it back.
class Pages {
 public:
  Pages() = default;
  // Empty where no room is left.
  static Pages take(std::shared_ptr<PagePool> pool, std::size_t size);
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;
  ~Pages();

  std::span<std::byte> bytes() const { return bytes_; }
  // PROT_READ... of `size` bytes from `offset` on. Errors: mprotect(2)'s.
  Result<void> protect(std::size_t offset, std::size_t size, int bits) const;

 private:
  std::shared_ptr<PagePool> pool_;
  std::span<std::byte> bytes_;
};

}  // namespace kmodern::ukernel
