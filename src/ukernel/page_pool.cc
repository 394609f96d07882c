#include "ukernel/page_pool.h"

#include <fmt/core.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/fail_point.h"
#include "elf/layout.h"

namespace kmodern::ukernel {

namespace {

// Of most chunks. That they are few is what matters; addresses cost nothing until they are taken.
constexpr std::size_t chunk_pages = 2048;
constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

std::byte* reserve_low(std::size_t size) {
  // The kernel searches for MAP_32BIT only between 1 and 2 GiB...
  void* at = ::mmap(nullptr, size, PROT_NONE, anonymous | MAP_32BIT, -1, 0);
  if (at != MAP_FAILED) return static_cast<std::byte*>(at);
  // ...below that the search is ours.
  constexpr std::uintptr_t first = 0x10000000;
  constexpr std::uintptr_t step = 0x100000;
  for (std::uintptr_t hint = first; size <= low_end - hint && hint < low_end; hint += step) {
    at = ::mmap(reinterpret_cast<void*>(hint), size, PROT_NONE, anonymous | MAP_FIXED_NOREPLACE, -1,
                0);
    if (at != MAP_FAILED) return static_cast<std::byte*>(at);
    if (errno != EEXIST) return nullptr;
  }
  return nullptr;
}

}  // namespace

std::byte* PagePool::Chunk::take(std::size_t pages) {
  if (free < pages) return nullptr;
  std::size_t run = 0;
  for (std::size_t i = first_free; i < taken.size(); ++i) {
    run = taken[i] ? 0 : run + 1;
    if (run < pages) continue;
    const std::size_t start = i + 1 - pages;
    std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(start), pages, true);
    free -= pages;
    if (start == first_free) first_free += pages;
    return begin + start * elf::page_size;
  }
  return nullptr;
}

bool PagePool::Chunk::holds(const std::byte* address) const {
  return address >= begin && address < begin + taken.size() * elf::page_size;
}

PagePool::~PagePool() {
  for (const Chunk& chunk : chunks_) ::munmap(chunk.begin, chunk.taken.size() * elf::page_size);
}

bool PagePool::grow(std::size_t pages) {
  chunks_.reserve(chunks_.size() + 1);
  for (std::size_t wanted : {std::max(pages, chunk_pages), pages}) {
    Chunk chunk{.taken = std::vector<bool>(wanted), .free = wanted};
    chunk.begin = reserve_low(wanted * elf::page_size);
    if (chunk.begin == nullptr) continue;
    chunks_.push_back(std::move(chunk));
    return true;
  }
  return false;
}

std::byte* PagePool::take(std::size_t size) {
  if (size == 0 || size >= low_end || fail_point("map module memory")) return nullptr;
  const std::size_t pages = size / elf::page_size;
  std::byte* begin = nullptr;
  {
    std::lock_guard lock(mutex_);
    for (Chunk& chunk : chunks_) {
      begin = chunk.take(pages);
      if (begin != nullptr) break;
    }
    if (begin == nullptr && grow(pages)) begin = chunks_.back().take(pages);
  }
  if (begin == nullptr) return nullptr;
  in_use_ += size;
  if (::mprotect(begin, size, PROT_READ | PROT_WRITE) == 0) return begin;
  give_back(begin, size);
  return nullptr;
}

void PagePool::give_back(std::byte* begin, std::size_t size) noexcept {
  // A hole in a mapping makes it two.
  if (::mmap(begin, size, PROT_NONE, anonymous | MAP_FIXED, -1, 0) == MAP_FAILED)
    ::madvise(begin, size, MADV_DONTNEED);
  in_use_ -= size;
  std::lock_guard lock(mutex_);
  for (Chunk& chunk : chunks_) {
    if (!chunk.holds(begin)) continue;
    const auto start = static_cast<std::size_t>(begin - chunk.begin) / elf::page_size;
    std::fill_n(chunk.taken.begin() + static_cast<std::ptrdiff_t>(start), size / elf::page_size,
                false);
    chunk.free += size / elf::page_size;
    chunk.first_free = std::min(chunk.first_free, start);
    return;
  }
}

Pages Pages::take(std::shared_ptr<PagePool> pool, std::size_t size) {
  Pages pages;
  if (std::byte* begin = pool->take(size)) {
    pages.pool_ = std::move(pool);
    pages.bytes_ = {begin, size};
  }
  return pages;
}

Pages::Pages(Pages&& other) noexcept
    : pool_(std::move(other.pool_)), bytes_(std::exchange(other.bytes_, {})) {}

Pages& Pages::operator=(Pages&& other) noexcept {
  std::swap(pool_, other.pool_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Pages::~Pages() {
  if (!bytes_.empty()) pool_->give_back(bytes_.data(), bytes_.size());
}

Result<void> Pages::protect(std::size_t offset, std::size_t size, int bits) const {
  std::byte* begin = bytes_.data() + offset;
  const bool fails = fail_point("protect module memory") && (errno = ENOMEM);
  if (!fails && ::mprotect(begin, size, bits) == 0) return {};
  const int code = errno;
  return fail_errno(code, fmt::format("memory at {:#x}", reinterpret_cast<std::uintptr_t>(begin)),
                    fmt::format("cannot protect {} bytes", size),
                    code == ENOMEM ? "raise vm.max_map_count (sysctl): this process has all the "
                                     "mappings that it may have"
                                   : "");
}

}  // namespace kmodern::ukernel
