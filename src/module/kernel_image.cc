#include "module/kernel_image.h"

#include <fmt/core.h>

#include <cerrno>

#include "base/file.h"
#include "module/certificate_list.h"
#include "module/decompress.h"
#include "module/lz4.h"

namespace kmodern::module {
namespace {

std::unexpected<Error> damaged(const std::string& path, std::uint64_t offset,
                               std::string_view what) {
  return fail(ENOEXEC, path, fmt::format("at offset {:#x}: {}", offset, what),
              "give the vmlinuz of an x86 kernel, as the distribution installs it");
}

// The compressed kernel inside of a bzImage (boot.rst: setup_sects, payload_offset and
// payload_length of the setup header).
Result<ByteView> payload_of(ByteView file, const std::string& path) {
  constexpr std::uint32_t signature = 0x53726448;  // "HdrS"
  if (file.number<std::uint16_t>(0x1fe) != 0xaa55 || file.number<std::uint32_t>(0x202) != signature)
    return damaged(path, 0x202, "no boot header: this is neither a bzImage nor an ELF file");
  auto version = file.number<std::uint16_t>(0x206);
  auto offset = file.number<std::uint32_t>(0x248);
  auto length = file.number<std::uint32_t>(0x24c);
  if (!version || *version < 0x208 || !offset || !length)
    return damaged(path, 0x206, "a boot protocol older than 2.08, which has no payload fields");
  auto sectors = std::to_integer<std::uint64_t>(file.span()[0x1f1]);
  if (sectors == 0) sectors = 4;
  std::uint64_t start = (sectors + 1) * 512 + *offset;
  auto payload = file.slice(start, *length);
  if (!payload || payload->size() < 8)
    return damaged(
        path, 0x248,
        fmt::format("a payload of {} bytes at {:#x} in a file of {}", *length, start, file.size()));
  return *payload;
}

Result<Bytes> unpack(ByteView file, const std::string& path) {
  TRY(ByteView payload, payload_of(file, path));
  Compression compression = compression_of(payload);
  std::uint32_t size = *payload.number<std::uint32_t>(payload.size() - 4);
  // The build adds the size behind the stream, but gzip's own last field is it already.
  ByteView stream =
      compression == Compression::gzip ? payload : *payload.slice(0, payload.size() - 4);
  if (is_lz4_legacy(payload)) return decompress_lz4_legacy(stream, size, path);
  if (compression == Compression::none)
    return fail(ENOEXEC, path,
                "its payload is compressed by something else than gzip, xz, zstd or lz4",
                "unpack it first (scripts/extract-vmlinux) and give the vmlinux");
  TRY(Bytes kernel, decompress(compression, stream, path));
  if (kernel.size() != size)
    return fail(EILSEQ, path,
                fmt::format("the kernel in it has {} bytes where its last field says {}",
                            kernel.size(), size),
                "the file is damaged: install it again");
  return kernel;
}

bool is_elf(ByteView file) { return file.text().starts_with(ELFMAG); }

// The pieces that a table of exports is read from.
struct Tables {
  const elf::Section* table = nullptr;
  ByteView entries;
  ByteView crcs;
  const elf::Section* strings = nullptr;
  ByteView names;

  std::optional<std::string_view> name_at(std::uint64_t address) const {
    if (address < strings->address) return std::nullopt;
    return names.c_string(address - strings->address);
  }
};

// Of one entry: three self-relative fields of 4 bytes, or two (before 5.4), or as many absolute
// fields of 8 (without CONFIG_HAVE_ARCH_PREL32_RELOCATIONS).
std::uint64_t entry_size(const Tables& tables) {
  std::uint64_t count = tables.crcs.size() / 4;
  if (count == 0 || tables.entries.size() % count != 0) return 12;
  std::uint64_t size = tables.entries.size() / count;
  return size == 8 || size == 16 || size == 24 ? size : 12;
}

std::uint64_t field(const Tables& tables, std::uint64_t at, bool relative) {
  if (!relative) return tables.entries.number<std::uint64_t>(at).value_or(0);
  auto distance = static_cast<std::int32_t>(tables.entries.number<std::uint32_t>(at).value_or(0));
  return distance == 0
             ? 0
             : tables.table->address + at + static_cast<std::uint64_t>(std::int64_t{distance});
}

}  // namespace

Result<KernelImage> KernelImage::open(const std::string& path) {
  TRY(MappedFile file, MappedFile::open(path));
  if (!is_elf(file.view())) return from_memory(file.view(), path);
  TRY(elf::Input input, elf::Input::open(path));
  TRY(elf::Object object, elf::Object::open(std::move(input)));
  return KernelImage(std::move(object));
}

Result<KernelImage> KernelImage::from_memory(ByteView file, const std::string& path) {
  Bytes kernel = Bytes::borrowed(file);
  if (!is_elf(file)) {
    TRY(kernel, unpack(file, path));
  }
  TRY(elf::Object object, elf::Object::open(elf::Input::memory(std::move(kernel), path)));
  return KernelImage(std::move(object));
}

Result<std::vector<Export>> KernelImage::exports() {
  std::vector<Export> result;
  Tables tables;
  tables.strings = object_.find("__ksymtab_strings");
  if (tables.strings == nullptr)
    return fail(ENOEXEC, object_.path(), "exports nothing (no __ksymtab_strings section)",
                "give the image of a kernel with module support");
  auto keep = [&](const elf::Section& section) -> Result<ByteView> {
    TRY(Bytes bytes, object_.read(section));
    kept_.push_back(std::move(bytes));
    return kept_.back().view();
  };
  TRY(tables.names, keep(*tables.strings));
  for (bool gpl_only : {false, true}) {
    tables.table = object_.find(gpl_only ? "__ksymtab_gpl" : "__ksymtab");
    if (tables.table == nullptr) continue;
    TRY(tables.entries, keep(*tables.table));
    tables.crcs = {};
    if (const auto* crcs = object_.find(gpl_only ? "__kcrctab_gpl" : "__kcrctab")) {
      TRY(tables.crcs, keep(*crcs));
    }
    const std::uint64_t size = entry_size(tables);
    const bool relative = size == 8 || size == 12;
    const std::uint64_t width = relative ? 4 : 8;
    for (std::uint64_t at = 0; tables.entries.contains(at, size); at += size) {
      auto name = tables.name_at(field(tables, at + width, relative));
      if (!name || name->empty())
        return object_.malformed(
            tables.table->offset + at,
            fmt::format("entry {} of {} names no symbol", at / size, tables.table->name));
      Export symbol;
      symbol.name = *name;
      symbol.gpl_only = gpl_only;
      symbol.section = SHN_ABS;
      symbol.value = field(tables, at, relative);
      symbol.crc = tables.crcs.number<std::uint32_t>(at / size * 4);
      if (size == 3 * width) {
        if (std::uint64_t space = field(tables, at + 2 * width, relative); space != 0)
          symbol.symbol_namespace = tables.name_at(space).value_or("");
      }
      result.push_back(symbol);
    }
  }
  return result;
}

Result<std::vector<ByteView>> KernelImage::certificates() {
  for (const elf::Section& section : object_.sections()) {
    // The linker script may have put .init.rodata into .init.data.
    if (!section.in_file() || !section.name.starts_with(".init.") ||
        (section.flags & SHF_EXECINSTR) != 0)
      continue;
    TRY(Bytes bytes, object_.read(section));
    auto list = find_certificate_list(bytes.view());
    if (list.empty()) continue;
    kept_.push_back(std::move(bytes));  // its memory stays where it is
    return list;
  }
  return {};
}

}  // namespace kmodern::module
