#include "module/module.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace kmodern::module {

namespace {

// The file itself, or what it is when it is decompressed.
Result<elf::Input> decompressed(elf::Input input, Compression compression) {
  if (compression == Compression::none) return input;
  TRY(Bytes packed, input.read(0, input.size()));
  TRY(Bytes plain, decompress(compression, packed, input.path()));
  return elf::Input::memory(std::move(plain), input.path());
}

}  // namespace

Result<ModuleFile> ModuleFile::open(const std::string& path) {
  TRY(elf::Input input, elf::Input::open(path));
  return from(std::move(input));
}

Result<ModuleFile> ModuleFile::from_fd(unique_fd fd, const std::string& path) {
  TRY(elf::Input input, elf::Input::file(std::move(fd), path));
  return from(std::move(input));
}

Result<ModuleFile> ModuleFile::from_memory(ByteView image, std::string path) {
  return from(elf::Input::memory(image, std::move(path)));
}

Result<ModuleFile> ModuleFile::from(elf::Input input) {
  const Compression compression = compression_of(input.head());
  TRY(input, decompressed(std::move(input), compression));
  TRY(elf::Object object, elf::Object::open(std::move(input)));
  return ModuleFile(std::move(object), compression);
}

Result<std::string> ModuleFile::name() const {
  TRY(Modinfo info, modinfo());
  if (auto name = info.first("name")) return std::string(*name);
  if (auto name = module_name_of_path(path())) return *name;
  return fail(ENOEXEC, path(),
              "does not say its module's name (no name= in .modinfo) and is not called NAME.ko",
              "a module is the .ko file that its build leaves, not a part of it");
}

Result<Modinfo> ModuleFile::modinfo() const {
  TRY(Bytes section, object_.read(".modinfo"));
  return Modinfo::parse(std::move(section));
}

Result<std::optional<Signature>> ModuleFile::signature() const {
  return find_signature(object_.input());
}

Result<std::string> ModuleFile::build_id() const {
  const elf::Section* section = object_.find(".note.gnu.build-id");
  if (section == nullptr) return std::string();
  TRY(Bytes note, object_.read(*section));
  const std::endian order = object_.header().format.order;
  const auto name_size = note.view().number<std::uint32_t>(0, order);
  const auto id_size = note.view().number<std::uint32_t>(4, order);
  if (!name_size || !id_size)
    return object_.malformed(section->offset, "a build-id note too short for its header");
  const std::uint64_t at = 12 + (std::uint64_t{*name_size} + 3) / 4 * 4;
  const auto id = note.view().slice(at, *id_size);
  if (!id)
    return object_.malformed(section->offset, fmt::format("a build id of {} bytes in a note of {}",
                                                          *id_size, note.size()));
  return std::string(id->text());
}

}  // namespace kmodern::module
