// In the program of these tests all memory that C++ asks for has a fail point. (The operators are a
// whole program's: there is no smaller scope for them.)
#include "ukernel/failing_memory.h"

#include <cstdlib>
#include <new>

#include "base/fail_point.h"

namespace kmodern::test {
std::atomic<bool> memory_fails = true;
}

void* operator new(std::size_t size) {
  if (kmodern::test::memory_fails && kmodern::fail_point("memory")) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  if (kmodern::test::memory_fails && kmodern::fail_point("memory")) return nullptr;
  return std::malloc(size == 0 ? 1 : size);
}

void operator delete(void* memory) noexcept { std::free(memory); }

void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
