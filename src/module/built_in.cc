#include "module/built_in.h"

#include <algorithm>
#include <cerrno>

namespace kmodern::module {

namespace {

// Where the members of struct kernel_param are, and of struct module_version_attribute
// (include/linux/moduleparam.h, include/linux/module.h; x86-64 since 3.9).
namespace param {
constexpr std::uint64_t name = 0, operations = 16, mode = 24, flags = 27, argument = 32, size = 40;
}
namespace version {
constexpr std::uint64_t module = 56, text = 64, size = 72;
}

void add_parameter(const ImageMemory& memory, ByteView entry, BuiltInModules& modules) {
  BuiltInParameter parameter{
      .name = memory.text(entry.number<std::uint64_t>(param::name).value_or(0)),
      .mode = entry.number<std::uint16_t>(param::mode).value_or(0) & 0777u,
      .flags = entry.number<std::uint8_t>(param::flags).value_or(0),
      .operations = entry.number<std::uint64_t>(param::operations).value_or(0),
      .argument = entry.number<std::uint64_t>(param::argument).value_or(0)};
  if (parameter.mode == 0 || parameter.name.empty()) return;
  std::string module = "kernel";
  if (const std::size_t dot = parameter.name.find('.'); dot != std::string::npos) {
    module = parameter.name.substr(0, dot);
    parameter.name.erase(0, dot + 1);
  }
  modules[module].parameters.push_back(std::move(parameter));
}

}  // namespace

Result<ImageMemory> ImageMemory::of(const KernelImage& image) {
  ImageMemory memory;
  for (const elf::Section& section : image.object().sections()) {
    // Per-CPU data begins at 0: nothing else points into it.
    if (!section.in_file() || section.address == 0 || (section.flags & SHF_ALLOC) == 0 ||
        (section.flags & SHF_EXECINSTR) != 0)
      continue;
    TRY(Bytes bytes, image.object().read(section));
    memory.parts_.push_back({section.address, std::move(bytes)});
  }
  return memory;
}

ByteView ImageMemory::at(std::uint64_t address, std::uint64_t size) const {
  for (const Part& part : parts_) {
    const ByteView bytes = part.bytes.view();
    if (address < part.address || address - part.address >= bytes.size()) continue;
    const std::uint64_t offset = address - part.address;
    return bytes.slice(offset, std::min<std::uint64_t>(size, bytes.size() - offset))
        .value_or(ByteView());
  }
  return {};
}

std::uint64_t ImageMemory::word(std::uint64_t address) const {
  return at(address, sizeof(std::uint64_t)).number<std::uint64_t>(0).value_or(0);
}

std::string ImageMemory::text(std::uint64_t address) const {
  constexpr std::uint64_t longest = 4096;
  return std::string(at(address, longest).c_string(0).value_or(""));
}

Result<BuiltInModules> built_in_modules(const KernelImage& image, const ImageMemory& memory) {
  BuiltInModules modules;
  const elf::Section* table = image.object().find("__param");
  if (table == nullptr)
    return fail(ENOEXEC, image.object().path(), "tells of no parameters (no __param section)");
  const ByteView entries = memory.at(table->address, table->size);
  for (std::uint64_t at = 0; entries.contains(at, param::size); at += param::size)
    add_parameter(memory, *entries.slice(at, param::size), modules);
  if (const elf::Section* versions = image.object().find("__modver")) {
    for (std::uint64_t at = 0; at + version::size <= versions->size; at += version::size) {
      const std::uint64_t entry = versions->address + at;
      const std::string module = memory.text(memory.word(entry + version::module));
      if (!module.empty())
        modules[module].version = memory.text(memory.word(entry + version::text));
    }
  }
  return modules;
}

}  // namespace kmodern::module
