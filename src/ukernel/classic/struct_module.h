// Reads the image that init_module(2) of Linux 2.1.18 to 2.4 takes: a struct module and what it
// points to. Every pointer lies in the image, or the image is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "kernel/classic.h"

namespace kmodern::ukernel::classic {

struct StructModule {
  std::uint64_t header = 0;  // bytes of the struct module
  std::uint64_t size = 0;    // bytes of the image that count
  std::uint64_t flags = 0;   // 0 or AUTOCLEAN
  std::uintptr_t init = 0;   // addresses of its functions; 0: it has none
  std::uintptr_t cleanup = 0;
  std::vector<kernel::classic::Symbol> symbols;
  std::vector<std::uint64_t> deps;  // addresses of struct modules
  std::vector<kernel::classic::PageRange> pages;
};

// `address` and `size` are what create_module(2) gave and was asked for, under the name `name`.
// Errors: EINVAL with the line that the kernel logs ("init_module: mod->syms out of bounds.");
// EFAULT for an image that ends before it should.
Result<StructModule> read_struct_module(ByteView image, std::uint64_t address, std::uint64_t size,
                                        std::string_view name);

}  // namespace kmodern::ukernel::classic
