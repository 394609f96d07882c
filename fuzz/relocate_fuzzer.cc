// Linking a damaged module: the input is a list of changes (offset, byte) to a small good object,
// or, where it begins as ELF, an object itself. Property: laying out, copying, resolving and
// relocating never reads or writes out of bounds.
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "ukernel/link/link.h"

using namespace kmodern;
using namespace kmodern::ukernel;

namespace {

class Heap : public link::Memory {
  class Area : public link::Allocation {
   public:
    explicit Area(const elf::AreaLayout& layout) : memory_(layout.size) {
      pieces_ = link::side_by_side(layout, 0x10000000, memory_);
    }

   private:
    std::vector<std::byte> memory_;
  };
  Result<std::unique_ptr<link::Allocation>> allocate(elf::Area,
                                                     const elf::AreaLayout& layout) override {
    if (layout.size > (16 << 20) || 0x10000000 % layout.alignment != 0)
      return fail(ENOMEM, "input", "more memory than the fuzzer gives");
    return std::make_unique<Area>(layout);
  }
};

// Every name is exported.
class Everything : public SymbolSource {
  Result<std::optional<Definition>> find(std::string_view) const override {
    return Definition{.address = 0x20000000};
  }
};

// A relocatable object with .text (16 bytes, one R_X86_64_PC32 against an import) and .modinfo.
std::vector<std::uint8_t> small_object() {
  constexpr std::size_t text = 64, rela = 80, info = 104, symbols = 112, strings = 160, names = 168,
                        table = 232;
  static constexpr char section_names[] =
      "\0.text\0.rela.text\0.modinfo\0.symtab\0.strtab\0.shstrtab";
  std::vector<std::uint8_t> file(table + 7 * sizeof(Elf64_Shdr));
  auto put = [&](std::size_t at, const auto& value) {
    std::memcpy(file.data() + at, &value, sizeof value);
  };
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_REL;
  header.e_machine = EM_X86_64;
  header.e_shoff = table;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 7;
  header.e_shstrndx = 6;
  put(0, header);
  put(rela, Elf64_Rela{4, ELF64_R_INFO(1, R_X86_64_PC32), -4});
  std::memcpy(file.data() + info, "name=m", 7);
  put(symbols + sizeof(Elf64_Sym), Elf64_Sym{1, ELF64_ST_INFO(STB_GLOBAL, 0), 0, SHN_UNDEF, 0, 0});
  std::memcpy(file.data() + strings, "\0foo", 5);
  std::memcpy(file.data() + names, section_names, sizeof section_names);
  auto section = [&](std::size_t index, Elf64_Shdr value) {
    put(table + index * sizeof(Elf64_Shdr), value);
  };
  section(1, {1, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0, text, 16, 0, 0, 16, 0});
  section(2, {7, SHT_RELA, SHF_INFO_LINK, 0, rela, 24, 4, 1, 8, 24});
  section(3, {18, SHT_PROGBITS, SHF_ALLOC, 0, info, 7, 0, 0, 1, 0});
  section(4, {27, SHT_SYMTAB, 0, 0, symbols, 48, 5, 1, 8, 24});
  section(5, {35, SHT_STRTAB, 0, 0, strings, 5, 0, 0, 1, 0});
  section(6, {43, SHT_STRTAB, 0, 0, names, sizeof section_names, 0, 0, 1, 0});
  return file;
}

Result<std::size_t> link_whole(ByteView bytes) {
  TRY(module::ModuleFile file, module::ModuleFile::from_memory(bytes, "input.ko"));
  TRY(link::Source source, link::read(file));
  TRY(elf::Layout layout, elf::lay_out(*source.object));
  Heap memory;
  TRY(link::Image image, link::place(source, std::move(layout), memory));
  auto resolved = link::resolve(source, image, Everything(), {});
  if (!resolved) return std::unexpected(resolved.error().error);
  (void)link::exports(source, image, false);
  (void)link::known_symbols(source, image, elf::Area::core);
  return link::relocate(source, image, *resolved);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::uint8_t> good = small_object();
  std::vector<std::uint8_t> file = good;
  if (size >= 4 && std::memcmp(data, ELFMAG, SELFMAG) == 0)
    file.assign(data, data + size);
  else
    for (std::size_t i = 0; i + 3 <= size; i += 3)
      file[(data[i] | data[i + 1] << 8) % file.size()] = data[i + 2];
  auto linked = link_whole(ByteView(std::as_bytes(std::span(file))));
  if (size == 0 && linked != 1u) __builtin_trap();  // the good object itself must link
  return 0;
}
