// What the kernel keeps of a module that was made by create_module(2), beside what it keeps of
// every module.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/classic.h"

namespace kmodern::ukernel::classic {

// Under the lock of the ModuleList, but for what is constant.
struct Record {
  std::span<std::byte> memory;  // of the module, from its struct module on; constant
  std::uint64_t size = 0;       // bytes that create_module was asked for; constant
  bool claimed = false;         // an init_module() is at work on it
  std::vector<kernel::classic::Symbol> symbols;  // that it exports, by the names that insmod gave
  std::uint64_t header = 0;                      // bytes of its struct module

  // MOD_INC_USE_COUNT and MOD_DEC_USE_COUNT of the module's code count there.
  std::atomic_ref<std::int32_t> usecount() const {
    return std::atomic_ref(
        *reinterpret_cast<std::int32_t*>(memory.data() + kernel::classic::at::usecount));
  }
  // The address of its function; 0: it has none. Code of the time sets it in its init.
  std::uintptr_t can_unload() const {
    constexpr std::uint64_t at = kernel::classic::at::can_unload;
    if (header < at + sizeof(std::uintptr_t)) return 0;
    return std::atomic_ref(*reinterpret_cast<std::uintptr_t*>(memory.data() + at)).load();
  }
  std::uint64_t* flags() const {
    return reinterpret_cast<std::uint64_t*>(memory.data() + kernel::classic::at::flags);
  }
};

// One module as the classic calls and files show it.
struct Entry {
  std::string name;
  kernel::classic::Info info;
  std::vector<std::string> deps;  // modules whose symbols it uses
  std::vector<std::string> refs;  // modules that use it, the latest first
  bool is_classic = false;
  std::vector<kernel::classic::Symbol> symbols;  // of a classic module

  // MOD_CAN_QUERY in Linux 2.4: what is not there yet, or is going, shows nothing of itself.
  bool queryable() const {
    return (info.flags & (kernel::classic::running | kernel::classic::initializing)) != 0 &&
           (info.flags & kernel::classic::deleted) == 0;
  }
};

}  // namespace kmodern::ukernel::classic
