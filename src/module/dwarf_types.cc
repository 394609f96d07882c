#include "module/dwarf_types.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fmt/core.h>
#include <libelf.h>

#include <cerrno>
#include <unordered_map>

#include "elf/relocate.h"

namespace kmodern::module {

namespace {

using Kind = TypeNode::Kind;

std::optional<std::uint64_t> number(Dwarf_Die* die, unsigned which) {
  Dwarf_Attribute memory;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr_integrate(die, which, &memory), &value) != 0) return std::nullopt;
  return value;
}

std::string_view name_of(Dwarf_Die* die) {
  const char* text = dwarf_diename(die);
  return text != nullptr ? text : "";
}

TypeRef target_of(Dwarf_Die* die) {
  Dwarf_Attribute memory;
  Dwarf_Die target;
  if (dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &memory), &target) == nullptr)
    return 0;
  return dwarf_dieoffset(&target);
}

template <typename Visit>
void each_child(Dwarf_Die* die, Visit visit) {
  Dwarf_Die child;
  if (dwarf_child(die, &child) != 0) return;
  do {
    visit(&child);
  } while (dwarf_siblingof(&child, &child) == 0);
}

std::string_view form_of(Dwarf_Die* die) {
  switch (number(die, DW_AT_encoding).value_or(0)) {
    case DW_ATE_boolean:
      return "boolean";
    case DW_ATE_signed:
    case DW_ATE_signed_char:
      return "signed";
    case DW_ATE_float:
      return "floating";
    default:
      return "unsigned";
  }
}

// The word with which C names what the tag defines; empty for other tags.
std::string_view keyword(int tag) {
  switch (tag) {
    case DW_TAG_structure_type:
      return "struct";
    case DW_TAG_union_type:
      return "union";
    case DW_TAG_enumeration_type:
      return "enum";
    default:
      return {};
  }
}

Kind kind_of(int tag) {
  switch (tag) {
    case DW_TAG_base_type:
      return Kind::number;
    case DW_TAG_pointer_type:
      return Kind::pointer;
    case DW_TAG_const_type:
      return Kind::constant;
    case DW_TAG_volatile_type:
      return Kind::volatile_;
    case DW_TAG_restrict_type:
      return Kind::restrict_;
    case DW_TAG_atomic_type:
      return Kind::atomic;
    case DW_TAG_typedef:
      return Kind::alias;
    case DW_TAG_array_type:
      return Kind::array;
    case DW_TAG_subroutine_type:
    case DW_TAG_subprogram:
      return Kind::function;
    case DW_TAG_structure_type:
      return Kind::structure;
    case DW_TAG_union_type:
      return Kind::union_;
    case DW_TAG_enumeration_type:
      return Kind::enumeration;
    default:
      return Kind::nothing;
  }
}

// Of a member, from the beginning of its structure.
std::uint64_t bit_offset(Dwarf_Die* die, std::uint64_t bit_size) {
  if (auto place = number(die, DW_AT_data_bit_offset)) return *place;
  const std::uint64_t bytes = number(die, DW_AT_data_member_location).value_or(0);
  auto before = number(die, DW_AT_bit_offset);
  if (!before) return bytes * 8;
  // Until DWARF 4: from the highest bit of the unit of storage.
  return (bytes + number(die, DW_AT_byte_size).value_or(0)) * 8 - *before - bit_size;
}

void add_member(Dwarf_Die* die, TypeNode& node) {
  const std::uint64_t bit_size = number(die, DW_AT_bit_size).value_or(0);
  node.parts.push_back({.name = name_of(die),
                        .type = target_of(die),
                        .bit_offset = bit_offset(die, bit_size),
                        .bit_size = bit_size});
}

void add_enumerator(Dwarf_Die* die, TypeNode& node) {
  Dwarf_Attribute memory;
  Dwarf_Attribute* attribute = dwarf_attr_integrate(die, DW_AT_const_value, &memory);
  Dwarf_Sword value = 0;
  // Forms of a fixed size do not say whether they have a sign: compilers use them for those
  // without.
  const unsigned form = dwarf_whatform(attribute);
  if (form == DW_FORM_sdata || form == DW_FORM_implicit_const)
    dwarf_formsdata(attribute, &value);
  else
    value = static_cast<Dwarf_Sword>(number(die, DW_AT_const_value).value_or(0));
  node.parts.push_back({.name = name_of(die), .value = value});
}

void add_dimension(Dwarf_Die* die, TypeNode& node) {
  auto count = number(die, DW_AT_count);
  if (auto last = number(die, DW_AT_upper_bound); !count && last) count = *last + 1;
  node.dimensions.push_back(count.value_or(0));
}

void add_part(Dwarf_Die* die, TypeNode& node) {
  switch (dwarf_tag(die)) {
    case DW_TAG_member:
      return add_member(die, node);
    case DW_TAG_enumerator:
      return add_enumerator(die, node);
    case DW_TAG_subrange_type:
      return add_dimension(die, node);
    case DW_TAG_formal_parameter:
      node.parts.push_back({.name = {}, .type = target_of(die)});
      return;
    case DW_TAG_unspecified_parameters:
      node.variadic = true;
      return;
    default:
      return;
  }
}

class DwarfTypes final : public TypeSource {
 public:
  explicit DwarfTypes(std::string path) : path_(std::move(path)) {}
  DwarfTypes(const DwarfTypes&) = delete;
  DwarfTypes& operator=(const DwarfTypes&) = delete;
  ~DwarfTypes() override {
    dwarf_end(dwarf_);
    elf_end(elf_);
  }

  Result<void> open(const elf::Object& object) {
    TRY(Bytes file, object.input().read(0, object.input().size()));
    image_ = file.view().text();
    if (object.header().type == ET_REL) TRY_OK(relocate(object));
    elf_version(EV_CURRENT);
    elf_ = elf_memory(image_.data(), image_.size());
    dwarf_ = elf_ != nullptr ? dwarf_begin_elf(elf_, DWARF_C_READ, nullptr) : nullptr;
    if (dwarf_ == nullptr) {
      return fail(ENODATA, path_, fmt::format("its DWARF cannot be read: {}", dwarf_errmsg(-1)),
                  "compile it with -g");
    }
    index();
    return {};
  }

  Result<TypeNode> node(TypeRef reference) const override {
    Dwarf_Die die;
    if (dwarf_offdie(dwarf_, reference, &die) == nullptr)
      return fail(EBADMSG, path_, fmt::format("its DWARF has no entry at {:#x}", reference));
    TypeNode node{.kind = kind_of(dwarf_tag(&die)), .name = name_of(&die)};
    if (node.kind == Kind::number) node.form = form_of(&die);
    node.size = number(&die, DW_AT_byte_size).value_or(0);
    node.target = target_of(&die);
    node.declared_only = dwarf_hasattr(&die, DW_AT_declaration) != 0;
    each_child(&die, [&](Dwarf_Die* part) { add_part(part, node); });
    return node;
  }

  std::optional<TypeRef> symbol(std::string_view name) const override {
    auto found = symbols_.find(std::string(name));
    return found == symbols_.end() ? std::nullopt : std::optional(found->second.type);
  }

  std::optional<TypeRef> definition(std::string_view name) const override {
    auto found = definitions_.find(std::string(name));
    return found == definitions_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  struct Symbol {
    TypeRef type = 0;
    bool declared_only = false;
  };

  // In an object file the offsets into other debug sections are relocations.
  Result<void> relocate(const elf::Object& object) {
    std::vector<elf::SectionMemory> sections(object.sections().size());
    for (const elf::Section& section : object.sections()) {
      if (!section.name.starts_with(".debug_") || !section.in_file()) continue;
      if ((section.flags & SHF_COMPRESSED) != 0)
        return fail(ENODATA, path_, "its DWARF is compressed", "compile it without -gz");
      std::span<std::byte> image = std::as_writable_bytes(std::span(image_));
      sections[section.index].bytes = image.subspan(section.offset, section.size);
    }
    TRY(elf::SymbolTable table, object.symbols());
    std::vector<std::uint64_t> values(table.size());
    for (std::uint32_t index = 0; index < table.size(); ++index) values[index] = table[index].value;
    TRY_OK(elf::relocate(object, sections, values));
    return {};
  }

  void index() {
    Dwarf_Off next = 0;
    std::size_t header = 0;
    for (Dwarf_Off at = 0; dwarf_nextcu(dwarf_, at, &next, &header, nullptr, nullptr, nullptr) == 0;
         at = next) {
      Dwarf_Die unit;
      if (dwarf_offdie(dwarf_, at + header, &unit) == nullptr) continue;
      each_child(&unit, [&](Dwarf_Die* die) { add(die); });
    }
  }

  void add(Dwarf_Die* die) {
    const int tag = dwarf_tag(die);
    const std::string name(name_of(die));
    if (name.empty()) return;
    const bool declared_only = dwarf_hasattr(die, DW_AT_declaration) != 0;
    if (std::string_view word = keyword(tag); !word.empty() && !declared_only)
      definitions_.try_emplace(fmt::format("{} {}", word, name), dwarf_dieoffset(die));
    if (tag != DW_TAG_subprogram && tag != DW_TAG_variable) return;
    if (dwarf_hasattr_integrate(die, DW_AT_external) == 0) return;
    if (name.starts_with(type_mark)) return add_marked(name.substr(type_mark.size()), die);
    Symbol symbol{tag == DW_TAG_subprogram ? dwarf_dieoffset(die) : target_of(die), declared_only};
    auto [place, fresh] = symbols_.try_emplace(name, symbol);
    if (!fresh && place->second.declared_only && !declared_only) place->second = symbol;
  }

  void add_marked(const std::string& name, Dwarf_Die* die) {
    auto pointer = node(target_of(die));
    if (pointer && pointer->kind == Kind::pointer) symbols_[name] = {pointer->target, false};
  }

  std::string path_;
  std::string image_;  // of the file, relocated
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
  std::unordered_map<std::string, Symbol> symbols_;
  std::unordered_map<std::string, TypeRef> definitions_;
};

}  // namespace

Result<std::unique_ptr<TypeSource>> read_dwarf(const elf::Object& object) {
  auto types = std::make_unique<DwarfTypes>(object.path());
  TRY_OK(types->open(object));
  return types;
}

}  // namespace kmodern::module
