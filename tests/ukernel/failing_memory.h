// Memory as one of the steps that fail (see failing_memory.cc).
#pragma once

#include <atomic>

namespace kmodern::test {

// False: memory is none of the steps.
extern std::atomic<bool> memory_fails;

}  // namespace kmodern::test
