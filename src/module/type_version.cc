#include "module/type_version.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <unordered_map>

#include "base/file.h"
#include "module/library.h"

namespace kmodern::module {

namespace {

// The functions of libdw that are used here.
struct Dwarves {
  decltype(dwfl_begin)* begin;
  decltype(dwfl_end)* end;
  decltype(dwfl_report_offline)* report_offline;
  decltype(dwfl_report_end)* report_end;
  decltype(dwfl_module_getdwarf)* get_dwarf;
  decltype(dwfl_offline_section_address)* section_address;
  decltype(dwarf_nextcu)* next_unit;
  decltype(dwarf_offdie)* die_at;
  decltype(dwarf_child)* child;
  decltype(dwarf_siblingof)* sibling;
  decltype(dwarf_tag)* tag;
  decltype(dwarf_diename)* name;
  decltype(dwarf_hasattr_integrate)* has;
  decltype(dwarf_attr_integrate)* attribute;
  decltype(dwarf_formref_die)* reference;
  decltype(dwarf_formudata)* unsigned_value;
  decltype(dwarf_formsdata)* signed_value;

  static Result<Dwarves> load(const std::string& path) {
    TRY(Library library, Library::load("libdw.so.1", "libdw1", path));
    Dwarves dw;
    bool whole = library.bind(dw.begin, "dwfl_begin") && library.bind(dw.end, "dwfl_end") &&
                 library.bind(dw.report_offline, "dwfl_report_offline") &&
                 library.bind(dw.report_end, "dwfl_report_end") &&
                 library.bind(dw.get_dwarf, "dwfl_module_getdwarf") &&
                 library.bind(dw.section_address, "dwfl_offline_section_address") &&
                 library.bind(dw.next_unit, "dwarf_nextcu") &&
                 library.bind(dw.die_at, "dwarf_offdie") && library.bind(dw.child, "dwarf_child") &&
                 library.bind(dw.sibling, "dwarf_siblingof") && library.bind(dw.tag, "dwarf_tag") &&
                 library.bind(dw.name, "dwarf_diename") &&
                 library.bind(dw.has, "dwarf_hasattr_integrate") &&
                 library.bind(dw.attribute, "dwarf_attr_integrate") &&
                 library.bind(dw.reference, "dwarf_formref_die") &&
                 library.bind(dw.unsigned_value, "dwarf_formudata") &&
                 library.bind(dw.signed_value, "dwarf_formsdata");
    if (!whole) {
      return fail(ENOPKG, path, "needs libdw, but the one installed lacks functions",
                  "install the package libdw1");
    }
    return dw;
  }

  std::optional<std::uint64_t> number(Dwarf_Die* die, unsigned which) const {
    Dwarf_Attribute attribute_memory;
    Dwarf_Word value = 0;
    if (unsigned_value(attribute(die, which, &attribute_memory), &value) != 0) return std::nullopt;
    return value;
  }
  std::optional<Dwarf_Die> type(Dwarf_Die* die) const {
    Dwarf_Attribute attribute_memory;
    Dwarf_Die target;
    if (reference(attribute(die, DW_AT_type, &attribute_memory), &target) == nullptr)
      return std::nullopt;
    return target;
  }
  std::string_view name_of(Dwarf_Die* die) const {
    const char* text = name(die);
    return text != nullptr ? text : "";
  }

  // Calls visit(child) for every child.
  template <typename Visit>
  void each_child(Dwarf_Die* die, Visit visit) const {
    Dwarf_Die current;
    if (child(die, &current) != 0) return;
    do {
      visit(&current);
    } while (sibling(&current, &current) == 0);
  }
};

// Writes one symbol's type out. A named structure is written once; after that, and where it reaches
// itself, its name stands for it.
class Writer {
 public:
  explicit Writer(const Dwarves& dw) : dw_(dw) {}

  SymbolType write(Dwarf_Die* symbol) {
    type_.declaration =
        dw_.tag(symbol) == DW_TAG_variable ? text_of_type(symbol) : function(symbol);
    return std::move(type_);
  }
  bool too_deep() const { return too_deep_; }

 private:
  static constexpr int deepest = 2000;

  std::string text_of_type(Dwarf_Die* holder) {
    auto target = dw_.type(holder);
    return target ? text(&*target) : "void";
  }

  std::string text(Dwarf_Die* die) {
    if (depth_ >= deepest) {
      too_deep_ = true;
      return "?";
    }
    ++depth_;
    std::string result = one(die);
    --depth_;
    return result;
  }

  std::string one(Dwarf_Die* die) {
    switch (const int tag = dw_.tag(die)) {
      case DW_TAG_base_type:
        return fmt::format("{}:{}:{}", dw_.name_of(die),
                           dw_.number(die, DW_AT_byte_size).value_or(0),
                           dw_.number(die, DW_AT_encoding).value_or(0));
      case DW_TAG_pointer_type:
        return "*" + text_of_type(die);
      case DW_TAG_const_type:
        return "const " + text_of_type(die);
      case DW_TAG_volatile_type:
        return "volatile " + text_of_type(die);
      case DW_TAG_restrict_type:
        return "restrict " + text_of_type(die);
      case DW_TAG_atomic_type:
        return "atomic " + text_of_type(die);
      case DW_TAG_typedef:
        return text_of_type(die);  // a name more or less changes no interface
      case DW_TAG_array_type:
        return array(die);
      case DW_TAG_subroutine_type:
        return function(die);
      case DW_TAG_structure_type:
        return compound(die, "struct");
      case DW_TAG_union_type:
        return compound(die, "union");
      case DW_TAG_enumeration_type:
        return enumeration(die);
      default:
        return fmt::format("{}:tag {:#x}", dw_.name_of(die), tag);
    }
  }

  std::string array(Dwarf_Die* die) {
    std::string dimensions;
    dw_.each_child(die, [&](Dwarf_Die* part) {
      if (dw_.tag(part) != DW_TAG_subrange_type) return;
      auto count = dw_.number(part, DW_AT_count);
      if (auto last = dw_.number(part, DW_AT_upper_bound); !count && last) count = *last + 1;
      dimensions += count ? fmt::format("[{}]", *count) : "[]";
    });
    return dimensions + text_of_type(die);
  }

  std::string function(Dwarf_Die* die) {
    std::vector<std::string> parameters;
    dw_.each_child(die, [&](Dwarf_Die* part) {
      if (dw_.tag(part) == DW_TAG_formal_parameter) parameters.push_back(text_of_type(part));
      if (dw_.tag(part) == DW_TAG_unspecified_parameters) parameters.emplace_back("...");
    });
    return fmt::format("fn({}) -> {}", fmt::join(parameters, ", "), text_of_type(die));
  }

  // The place of a new definition; nullopt if this type has been written or is being written.
  std::optional<std::size_t> define(Dwarf_Die* die, std::string_view kind, std::string& name) {
    const std::string_view own = dw_.name_of(die);
    // What has no name is numbered in the order in which it is met: the same in every build of the
    // same source.
    name = own.empty() ? fmt::format("{} {}", kind,
                                     unnamed_.try_emplace(die->addr, unnamed_.size()).first->second)
                       : fmt::format("{} {}", kind, own);
    if (dw_.has(die, DW_AT_declaration) != 0) return std::nullopt;
    for (const TypeDefinition& known : type_.definitions) {
      if (known.name == name) return std::nullopt;
    }
    type_.definitions.push_back({name, {}});
    return type_.definitions.size() - 1;
  }

  std::string compound(Dwarf_Die* die, std::string_view kind) {
    std::string name;
    const auto place = define(die, kind, name);
    if (!place) return name;
    std::vector<std::string> members;
    dw_.each_child(die, [&](Dwarf_Die* part) {
      if (dw_.tag(part) != DW_TAG_member) return;
      std::string where =
          fmt::format("{}", dw_.number(part, DW_AT_data_member_location).value_or(0));
      if (auto bits = dw_.number(part, DW_AT_bit_size)) {
        where +=
            fmt::format(" bits {}+{}", dw_.number(part, DW_AT_data_bit_offset).value_or(0), *bits);
      }
      members.push_back(fmt::format("{} {}: {}", where, dw_.name_of(part), text_of_type(part)));
    });
    members.push_back(fmt::format("size {}", dw_.number(die, DW_AT_byte_size).value_or(0)));
    type_.definitions[*place].members = std::move(members);
    return name;
  }

  std::string enumeration(Dwarf_Die* die) {
    std::string name;
    const auto place = define(die, "enum", name);
    if (!place) return name;
    std::vector<std::string> members;
    dw_.each_child(die, [&](Dwarf_Die* part) {
      if (dw_.tag(part) != DW_TAG_enumerator) return;
      Dwarf_Attribute attribute_memory;
      Dwarf_Sword value = 0;
      dw_.signed_value(dw_.attribute(part, DW_AT_const_value, &attribute_memory), &value);
      members.push_back(fmt::format("{} = {}", dw_.name_of(part), value));
    });
    members.push_back(fmt::format("size {}", dw_.number(die, DW_AT_byte_size).value_or(0)));
    type_.definitions[*place].members = std::move(members);
    return name;
  }

  const Dwarves& dw_;
  SymbolType type_;
  std::unordered_map<const void*, std::size_t> unnamed_;
  int depth_ = 0;
  bool too_deep_ = false;
};

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    table[byte] = crc;
  }
  return table;
}();

// Every text is followed by a NUL, so that no two sequences of texts give the same bytes.
std::uint32_t add_to_crc(std::uint32_t crc, std::string_view text) {
  for (char character : text)
    crc = (crc >> 8) ^ crc_table[(crc ^ static_cast<unsigned char>(character)) & 255];
  return (crc >> 8) ^ crc_table[crc & 255];
}

}  // namespace

std::uint32_t SymbolType::version() const {
  std::uint32_t crc = add_to_crc(~0u, declaration);
  for (const TypeDefinition& definition : definitions) {
    crc = add_to_crc(crc, definition.name);
    for (const std::string& member : definition.members) crc = add_to_crc(crc, member);
  }
  return ~crc;
}

std::string first_difference(const SymbolType& ours, const SymbolType& theirs) {
  for (const TypeDefinition& mine : ours.definitions) {
    auto other = std::ranges::find(theirs.definitions, mine.name, &TypeDefinition::name);
    if (other == theirs.definitions.end()) continue;
    auto [here, there] = std::ranges::mismatch(mine.members, other->members);
    const bool more_here = here != mine.members.end();
    const bool more_there = there != other->members.end();
    if (more_here && more_there)
      return fmt::format("{}: \"{}\" became \"{}\"", mine.name, *here, *there);
    if (more_here) return fmt::format("{}: \"{}\" is gone", mine.name, *here);
    if (more_there) return fmt::format("{}: \"{}\" is new", mine.name, *there);
  }
  if (ours.declaration != theirs.declaration) {
    return fmt::format("\"{}\" became \"{}\"", ours.declaration, theirs.declaration);
  }
  return {};
}

struct TypeReader::State {
  explicit State(const Dwarves& functions) : dw(functions) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (session != nullptr) dw.end(session);
  }

  // Global functions and variables by name; a definition wins over a declaration.
  void index(Dwarf* dwarf) {
    Dwarf_Off next = 0;
    std::size_t header = 0;
    for (Dwarf_Off at = 0; dw.next_unit(dwarf, at, &next, &header, nullptr, nullptr, nullptr) == 0;
         at = next) {
      Dwarf_Die unit;
      if (dw.die_at(dwarf, at + header, &unit) == nullptr) continue;
      dw.each_child(&unit, [&](Dwarf_Die* die) {
        const int tag = dw.tag(die);
        if (tag != DW_TAG_subprogram && tag != DW_TAG_variable) return;
        if (dw.has(die, DW_AT_external) == 0 || dw.name_of(die).empty()) return;
        const bool declared_only = dw.has(die, DW_AT_declaration) != 0;
        auto [place, fresh] = symbols.try_emplace(std::string(dw.name_of(die)), *die);
        if (!fresh && !declared_only) place->second = *die;
      });
    }
  }

  Dwarves dw;
  std::string path;
  Dwfl_Callbacks callbacks{};
  Dwfl* session = nullptr;
  std::unordered_map<std::string, Dwarf_Die> symbols;
};

Result<TypeReader> TypeReader::open(const std::string& path) {
  TRY_OK(open_for_reading(path));  // says better than libdw why it cannot
  TRY(Dwarves dw, Dwarves::load(path));
  auto state = std::make_unique<State>(dw);
  state->path = path;
  state->callbacks.section_address =
      dw.section_address;  // objects are relocated, so that strings have their places
  // An object file has its DWARF inside: nothing is searched elsewhere.
  state->callbacks.find_debuginfo = [](Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*,
                                       const char*, GElf_Word, char**) { return -1; };
  state->session = dw.begin(&state->callbacks);
  Dwarf_Addr bias = 0;
  Dwfl_Module* file = state->session != nullptr
                          ? dw.report_offline(state->session, path.c_str(), path.c_str(), -1)
                          : nullptr;
  if (state->session != nullptr) dw.report_end(state->session, nullptr, nullptr);
  Dwarf* dwarf = file != nullptr ? dw.get_dwarf(file, &bias) : nullptr;
  if (dwarf == nullptr) {
    return fail(ENODATA, path, "has no DWARF: the types of its symbols are not known",
                "compile it with -g");
  }
  state->index(dwarf);
  return TypeReader(std::move(state));
}

TypeReader::TypeReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
TypeReader::TypeReader(TypeReader&&) noexcept = default;
TypeReader::~TypeReader() = default;

Result<SymbolType> TypeReader::type_of(std::string_view symbol) const {
  auto found = state_->symbols.find(std::string(symbol));
  if (found == state_->symbols.end()) {
    return fail(ENOENT, state_->path, fmt::format("its DWARF does not describe {}", symbol),
                "declare it in C where it is exported");
  }
  Dwarf_Die die = found->second;
  Writer writer(state_->dw);
  SymbolType type = writer.write(&die);
  if (writer.too_deep())
    return fail(EBADMSG, state_->path, fmt::format("the type of {} has no end", symbol));
  return type;
}

}  // namespace kmodern::module
