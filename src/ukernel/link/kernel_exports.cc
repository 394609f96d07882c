#include "ukernel/link/kernel_exports.h"

#include <fmt/core.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "module/installed.h"
#include "module/kernel_image.h"
#include "module/symvers.h"
#include "module/system_map.h"

namespace kmodern::ukernel::link {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t first_kernel_address = 0x01000000;

std::uint64_t below_2_gib(std::uint64_t address) { return address & 0x7fffffff; }

Result<KernelExports> from_symvers(const std::string& path) {
  TRY(std::string text, read_file(path));
  TRY(auto entries, module::parse_symvers(text, path));
  KernelExports result{.symbols = {}, .of_modules = {}, .origin = path};
  std::uint64_t address = first_kernel_address;
  for (const module::SymversEntry& entry : entries) {
    bool of_kernel = entry.module == "vmlinux";
    NamedDefinition symbol{std::string(entry.name),
                           {.address = address,
                            .crc = entry.crc != 0 ? std::optional(entry.crc) : std::nullopt,
                            .gpl_only = entry.gpl_only,
                            .symbol_namespace = std::string(entry.symbol_namespace),
                            .owner = of_kernel ? "" : std::string(entry.module)}};
    (of_kernel ? result.symbols : result.of_modules).push_back(std::move(symbol));
    address += 16;
  }
  return result;
}

Result<KernelExports> from_system_map(const std::string& path) {
  TRY(std::string text, read_file(path));
  TRY(auto map, module::parse_system_map(text, path));
  KernelExports result{.symbols = {}, .of_modules = {}, .origin = path};
  for (const module::MapEntry& entry : module::exported(map))
    result.symbols.push_back({std::string(entry.name), {.address = below_2_gib(entry.address)}});
  return result;
}

Result<KernelExports> from_image(const std::string& path) {
  TRY(module::KernelImage image, module::KernelImage::open(path));
  TRY(auto all, image.exports());
  KernelExports result{.symbols = {}, .of_modules = {}, .origin = path};
  for (const module::Export& symbol : all)
    result.symbols.push_back({std::string(symbol.name),
                              {.address = below_2_gib(symbol.value),
                               .crc = symbol.crc,
                               .gpl_only = symbol.gpl_only,
                               .symbol_namespace = std::string(symbol.symbol_namespace)}});
  return result;
}

// lib/modules/RELEASE/build is mostly an absolute link, which is meant inside of the root.
std::string build_folder(const std::string& root, const std::string& release) {
  fs::path link = fs::path(module::modules_folder(root, release)) / "build";
  std::error_code code;
  fs::path target = fs::read_symlink(link, code);
  if (!code && target.is_absolute()) return fs::path(root + "/") / target.relative_path();
  return link;
}

}  // namespace

Result<KernelExports> kernel_exports(const std::string& root, const std::string& release,
                                     const std::string& symvers) {
  if (!symvers.empty()) return from_symvers(symvers);
  auto there = [](const std::string& path) {
    std::error_code code;
    return fs::is_regular_file(path, code);
  };
  std::string headers = fmt::format("{}/usr/src/linux-headers-{}/Module.symvers", root, release);
  std::string build = build_folder(root, release) + "/Module.symvers";
  std::string map = module::system_map_path(root, release);
  std::string image = module::image_path(root, release);
  if (there(headers)) return from_symvers(headers);
  if (there(build)) return from_symvers(build);
  if (there(map)) {
    auto exports = from_system_map(map);
    if (exports || exports.error().code != ENODATA) return exports;
  }
  if (there(image)) return from_image(image);
  return fail(ENOENT, release,
              fmt::format("nothing says what this kernel exports: there is no {}, no {}, no usable "
                          "{} and no {}",
                          headers, build, map, image),
              "name one by --symvers, or install the kernel's headers package");
}

}  // namespace kmodern::ukernel::link
