// The parts of a stock kernel that /sys/module shows, with the values that their parameters have
// before the kernel's own code begins to run: none of it does here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ukernel/core/core.h"

namespace kmodern::core {

// Memory that stays where it is.
class Arena {
 public:
  // Zeros, aligned to 8 bytes.
  std::byte* take(std::size_t size);
  const char* keep(std::string_view text);

 private:
  std::vector<std::unique_ptr<std::uint64_t[]>> pieces_;
};

struct BuiltIns {
  std::map<std::string, BuiltIn, std::less<>> modules;
  Arena memory;  // that their tables of parameters lie in, and what these point to
};

// From the file of a kernel's image. `provided` gives the address of a kind's operations by its
// symbol's name
// ("param_ops_int"), 0 if there are none: their functions are the kernel's own, and have no values
// here. Errors: those of KernelImage; ENOEXEC.
Result<BuiltIns> read_built_ins(const std::string& image_file,
                                const std::function<std::uintptr_t(std::string_view)>& provided);

}  // namespace kmodern::core
