#include "ukernel/link/link.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <unordered_set>

namespace kmodern::ukernel::link {
namespace {

bool reaches(const Piece& piece, const elf::Part& part, std::uint64_t alignment) {
  bool large_enough = piece.bytes.empty() || piece.bytes.size() >= part.size;
  return large_enough && (piece.address - part.offset) % alignment == 0;
}

// By what the section is for: kernel/module/kallsyms.c (elf_type).
char type_letter(const elf::Symbol& symbol, const elf::Section& section) {
  if (symbol.binding() == STB_WEAK) return symbol.type() == STT_OBJECT ? 'v' : 'w';
  if (section.name == ".data..percpu") return 'a';
  char letter = 'r';
  if (section.flags & SHF_EXECINSTR)
    letter = 't';
  else if (section.type == SHT_NOBITS)
    letter = 'b';
  else if (section.flags & SHF_WRITE)
    letter = 'd';
  return letter;
}

// Where a symbol of the module's own is; nullopt if it is not in a loaded section.
std::optional<std::uint64_t> own_address(const Image& image, const elf::Symbol& symbol) {
  if (symbol.undefined() || symbol.section >= image.sections.size()) return std::nullopt;
  if (!image.layout.sections[symbol.section]) return std::nullopt;
  return image.sections[symbol.section].address + symbol.value;
}

// The part that lists a symbol: its own; of an empty section, one that has memory.
std::size_t listing_part(const elf::AreaLayout& area, elf::Protection own) {
  if (area.part(own).size != 0) return static_cast<std::size_t>(own);
  auto first =
      std::ranges::find_if(area.parts, [](const elf::Part& part) { return part.size != 0; });
  return first == area.parts.end() ? 0 : static_cast<std::size_t>(first - area.parts.begin());
}

}  // namespace

Pieces side_by_side(const elf::AreaLayout& layout, std::uint64_t address,
                    std::span<std::byte> bytes) {
  Pieces pieces;
  for (std::size_t kind = 0; kind < elf::protection_count; ++kind) {
    const elf::Part& part = layout.parts[kind];
    pieces[kind].address = address + part.offset;
    if (!bytes.empty()) pieces[kind].bytes = bytes.subspan(part.offset, part.size);
  }
  return pieces;
}

Result<Source> read(module::ModuleFile& file) {
  TRY_OK(elf::can_relocate(file.object()));
  Source source;
  source.object = &file.object();
  TRY(source.name, file.name());
  TRY(source.symbols, file.object().symbols());
  if (source.symbols.size() == 0)
    return fail(ENOEXEC, file.path(), "module has no symbols (stripped?)",
                "install it again, or strip it with --strip-debug only");
  TRY(source.versions, file.versions());
  std::ranges::stable_sort(source.versions, {}, &module::SymbolVersion::name);
  source.has_versions = file.object().find("__versions") != nullptr ||
                        file.object().find("__version_ext_crcs") != nullptr;
  TRY(module::Modinfo info, file.modinfo());
  source.license = info.first("license").value_or("unspecified");
  for (std::string_view space : info.all("import_ns")) source.namespaces.emplace_back(space);
  TRY(source.exports, file.exports());
  return source;
}

Result<Image> allocate(const Source& source, elf::Layout layout, Memory& memory) {
  Image image;
  image.name = source.name;
  image.layout = std::move(layout);
  for (std::size_t i = 0; i < elf::area_count; ++i) {
    const elf::AreaLayout& area = image.layout.areas[i];
    if (area.size == 0) continue;
    TRY(image.areas[i], memory.allocate(static_cast<elf::Area>(i), area));
    for (std::size_t kind = 0; kind < elf::protection_count; ++kind) {
      const Piece& piece = image.areas[i]->pieces()[kind];
      const elf::Part& part = area.parts[kind];
      if (part.size != 0 && !reaches(piece, part, area.alignment))
        return fail(
            EINVAL, source.name,
            fmt::format("its memory for {} at {:#x} is not the {} bytes aligned to {} that "
                        "were asked for",
                        name(static_cast<elf::Area>(i)), piece.address, part.size, area.alignment));
    }
  }
  image.sections.resize(image.layout.sections.size());
  for (const elf::Section& section : source.object->sections()) {
    const auto& place = image.layout.sections[section.index];
    if (!place) continue;
    const Allocation* area = image.area(place->area);
    if (area == nullptr) continue;  // only empty sections are there
    const Piece& piece = area->piece(place->protection);
    const std::uint64_t offset =
        place->offset - image.layout.area(place->area).part(place->protection).offset;
    elf::SectionMemory& there = image.sections[section.index];
    there.address = piece.address + offset;
    if (!piece.bytes.empty()) there.bytes = piece.bytes.subspan(offset, section.size);
  }
  return image;
}

Result<void> copy(const Source& source, Image& image) {
  for (const elf::Section& section : source.object->sections()) {
    const elf::SectionMemory& there = image.sections[section.index];
    if (there.bytes.empty() || !section.in_file()) continue;
    TRY(Bytes bytes, source.object->read(section));
    std::ranges::copy(bytes.view().span().first(std::min(bytes.size(), there.bytes.size())),
                      there.bytes.begin());
  }
  return {};
}

Result<Image> place(const Source& source, elf::Layout layout, Memory& memory) {
  TRY(Image image, allocate(source, std::move(layout), memory));
  TRY_OK(copy(source, image));
  return image;
}

Result<std::size_t> relocate(const Source& source, Image& image, const Resolved& resolved) {
  return elf::relocate(*source.object, image.sections, resolved.addresses);
}

std::vector<NamedDefinition> exports(const Source& source, const Image& image, bool proprietary) {
  std::vector<NamedDefinition> result;
  result.reserve(source.exports.size());
  for (const module::Export& symbol : source.exports) {
    std::optional<std::uint64_t> address;
    if (symbol.section == SHN_ABS)
      address = symbol.value;
    else if (symbol.section != SHN_UNDEF && symbol.section < image.sections.size())
      address = image.sections[symbol.section].address + symbol.value;
    else
      address = address_of(source, image, symbol.name);
    if (!address) continue;
    result.push_back({std::string(symbol.name),
                      {.address = *address,
                       .crc = symbol.crc,
                       .gpl_only = symbol.gpl_only,
                       .symbol_namespace = std::string(symbol.symbol_namespace),
                       .owner = image.name,
                       .owner_proprietary = proprietary}});
  }
  return result;
}

std::array<std::vector<KnownSymbol>, elf::protection_count> known_symbols(const Source& source,
                                                                          const Image& image,
                                                                          elf::Area area) {
  std::unordered_set<std::string_view> exported;
  // is_exported() in kernel/module/kallsyms.c looks into the table of the others only.
  for (const module::Export& symbol : source.exports) {
    if (!symbol.gpl_only) exported.insert(symbol.name);
  }
  std::array<std::vector<KnownSymbol>, elf::protection_count> result;
  for (std::uint32_t index = 1; index < source.symbols.size(); ++index) {
    elf::Symbol symbol = source.symbols[index];
    if (symbol.type() == STT_SECTION || symbol.type() == STT_FILE) continue;
    auto address = own_address(image, symbol);
    if (!address) continue;
    const elf::Place& place = *image.layout.sections[symbol.section];
    if (place.area != area) continue;
    auto name = source.symbols.name(symbol);
    if (!name || name->empty()) continue;
    const elf::Section& section = source.object->sections()[symbol.section];
    char letter = type_letter(symbol, section);
    if (exported.contains(*name)) letter = static_cast<char>(std::toupper(letter));
    result[listing_part(image.layout.area(area), place.protection)].push_back(
        {std::string(*name), *address, symbol.size, letter, index, symbol.binding() != STB_LOCAL});
  }
  for (auto& part : result) std::ranges::stable_sort(part, {}, &KnownSymbol::address);
  return result;
}

std::optional<std::uint64_t> address_of(const Source& source, const Image& image,
                                        std::string_view wanted) {
  for (std::uint32_t index = 1; index < source.symbols.size(); ++index) {
    elf::Symbol symbol = source.symbols[index];
    if (source.symbols.name(symbol) != wanted) continue;
    if (auto address = own_address(image, symbol)) return address;
  }
  return std::nullopt;
}

elf::SectionMemory section(const Source& source, const Image& image, std::string_view name) {
  const elf::Section* found = source.object->find(name);
  return found == nullptr ? elf::SectionMemory{} : image.sections[found->index];
}

}  // namespace kmodern::ukernel::link
