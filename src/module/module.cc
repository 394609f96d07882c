#include "module/module.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace kmodern::module {

namespace {

Result<elf::Input> input_of(unique_fd fd, const std::string& path, Compression& compression) {
  TRY(elf::Input input, elf::Input::file(std::move(fd), path));
  TRY(Bytes magic, input.read(0, std::min<std::uint64_t>(input.size(), 6)));
  compression = compression_of(magic);
  if (compression == Compression::none) return input;
  TRY(Bytes packed, input.read(0, input.size()));
  TRY(Bytes plain, decompress(compression, packed, path));
  return elf::Input::memory(std::move(plain), path);
}

}  // namespace

Result<ModuleFile> ModuleFile::open(const std::string& path) {
  TRY(unique_fd fd, open_for_reading(path));
  return from_fd(std::move(fd), path);
}

Result<ModuleFile> ModuleFile::from_fd(unique_fd fd, const std::string& path) {
  Compression compression = Compression::none;
  TRY(elf::Input input, input_of(std::move(fd), path, compression));
  TRY(elf::Object object, elf::Object::open(std::move(input)));
  return ModuleFile(std::move(object), compression);
}

Result<ModuleFile> ModuleFile::from_memory(ByteView image, std::string path) {
  const Compression compression = compression_of(image);
  TRY(Bytes plain, decompress(compression, image, path));
  TRY(elf::Object object, elf::Object::open(elf::Input::memory(std::move(plain), std::move(path))));
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
