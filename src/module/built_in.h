// The parts of a kernel that could be modules, and that /sys/module shows as those: what has
// parameters with a file, or a version. Read from the kernel's image: param_sysfs_builtin() and
// version_sysfs_builtin() in Linux's kernel/params.c make the folders from the same tables.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "module/kernel_image.h"

namespace kmodern::module {

// One entry of the image's __param section (struct kernel_param, 64 bit). Addresses are the
// image's.
struct BuiltInParameter {
  std::string name;        // without the module's
  unsigned mode = 0;       // of its file, not 0
  std::uint8_t flags = 0;  // KERNEL_PARAM_FL_*
  std::uint64_t operations = 0;
  std::uint64_t argument = 0;
};

struct BuiltInModule {
  std::string version;  // empty: none
  std::vector<BuiltInParameter> parameters;
};

// By name. What belongs to no module is `kernel`'s.
using BuiltInModules = std::map<std::string, BuiltInModule, std::less<>>;

// What is in a kernel's memory before its code begins to run.
class ImageMemory {
 public:
  static Result<ImageMemory> of(const KernelImage& image);

  // Bytes at an address; shorter or empty at the end of what is in the file (the rest is zeros).
  ByteView at(std::uint64_t address, std::uint64_t size) const;
  std::uint64_t word(std::uint64_t address) const;
  // The text there, up to its NUL; empty if there is none.
  std::string text(std::uint64_t address) const;

 private:
  struct Part {
    std::uint64_t address;
    Bytes bytes;
  };
  std::vector<Part> parts_;
};

// Errors: ENOEXEC where the image has no __param section.
Result<BuiltInModules> built_in_modules(const KernelImage& image, const ImageMemory& memory);

}  // namespace kmodern::module
