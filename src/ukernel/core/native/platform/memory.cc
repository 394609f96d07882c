// Blocks of memory, all known by their addresses, so that a wrong or second kfree() is told from a
// right one before it does harm.
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include "ukernel/core/native/platform/pages.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

namespace {

struct Shard {
  std::mutex mutex;
  std::unordered_map<std::uintptr_t, std::size_t> size_of;
};

Shard& shard_of(const void* block) {
  // Never destroyed: threads of modules may outlive main().
  static auto& shards = *new std::array<Shard, 16>;
  return shards[(reinterpret_cast<std::uintptr_t>(block) >> 6) % shards.size()];
}

std::uintptr_t key(const void* block) { return reinterpret_cast<std::uintptr_t>(block); }

}  // namespace

extern "C" {

void* platform_alloc(size_t size, size_t alignment, int zero) {
  PlatformScope scope;
  void* block = nullptr;
  if (alignment >= page_bytes)
    block = take_pages(size, alignment);
  else if (posix_memalign(&block, std::max(alignment, sizeof(void*)), size) == 0 && zero != 0)
    std::memset(block, 0, size);
  if (block == nullptr) return nullptr;
  Shard& shard = shard_of(block);
  const std::scoped_lock lock(shard.mutex);
  shard.size_of.emplace(key(block), size);
  return block;
}

void platform_random(void* to, size_t size) {
  PlatformScope scope;
  auto* at = static_cast<char*>(to);
  while (size != 0) {
    const ssize_t got = getrandom(at, size, 0);
    if (got < 0) continue;  // interrupted
    at += got;
    size -= static_cast<size_t>(got);
  }
}

int platform_free(const void* block) {
  PlatformScope scope;
  std::size_t size = 0;
  {
    Shard& shard = shard_of(block);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.size_of.find(key(block));
    if (found == shard.size_of.end()) return -1;
    size = found->second;
    shard.size_of.erase(found);
  }
  if (is_page_memory(block))
    give_pages_back(const_cast<void*>(block), size);
  else
    std::free(const_cast<void*>(block));
  return 0;
}

long platform_block_size(const void* block) {
  PlatformScope scope;
  Shard& shard = shard_of(block);
  const std::scoped_lock lock(shard.mutex);
  const auto found = shard.size_of.find(key(block));
  return found == shard.size_of.end() ? -1 : static_cast<long>(found->second);
}

}  // extern "C"

}  // namespace kmodern::core
