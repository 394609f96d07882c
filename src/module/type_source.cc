#include "module/type_source.h"

#include <fmt/format.h>

#include <cerrno>
#include <deque>
#include <unordered_map>

#include "base/file.h"
#include "base/text.h"
#include "module/btf_types.h"
#include "module/dwarf_types.h"
#include "module/module.h"

namespace kmodern::module {

namespace {

using Kind = TypeNode::Kind;

// A type as C writes it: what stands before the name that it is given, and what behind it.
struct Spelling {
  std::string before;
  std::string after;

  std::string text() const { return before + after; }
};

// Compilers have different names for the same numbers: DWARF's are "long unsigned int" with gcc,
// "unsigned long" with clang.
std::string plain_number(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> plain[] = {
      {"short int", "short"},
      {"short unsigned int", "unsigned short"},
      {"long int", "long"},
      {"long unsigned int", "unsigned long"},
      {"long long int", "long long"},
      {"long long unsigned int", "unsigned long long"},
      {"_Bool", "bool"},
      {"__int128 unsigned", "unsigned __int128"},
  };
  for (const auto& [from, to] : plain) {
    if (name == from) return std::string(to);
  }
  return std::string(name);
}

// What qualifies a type. It is a set: compilers differ in the order, and gcc has those of an array
// at the array and at its elements.
struct Qualifiers {
  bool constant = false, volatile_ = false, restrict_ = false, atomic = false;
  bool untold = false;

  // False for a kind that qualifies nothing.
  bool add(Kind kind) {
    if (kind == Kind::constant) return constant = true;
    if (kind == Kind::volatile_) return volatile_ = true;
    if (kind == Kind::restrict_) return restrict_ = true;
    if (kind == Kind::atomic) return atomic = true;
    return false;
  }
  std::string text() const {
    std::string text;
    if (untold) return text;
    for (const auto& [there, word] : {std::pair(constant, "const "),
                                      {volatile_, "volatile "},
                                      {restrict_, "restrict "},
                                      {atomic, "_Atomic "}}) {
      if (there) text += word;
    }
    return text;
  }
};

// The own qualifiers of a parameter or a result are no part of a function's type (C11, 6.7.6.3),
// and compilers leave them out or not.
constexpr Qualifiers passed{.untold = true};

// Writes types out. Each definition is written once; elsewhere its name stands for it.
class Writer {
 public:
  explicit Writer(const TypeSource& source) : source_(source) {}

  void declare(TypeRef symbol) { type_.declaration = spell(symbol, "the symbol").text(); }
  void reach(TypeRef definition) { spell(definition, "the symbol"); }

  Result<SymbolType> finish() {
    for (; !waiting_.empty(); waiting_.pop_front()) define(waiting_.front());
    if (error_) return std::unexpected(*error_);
    return std::move(type_);
  }

 private:
  // What no compiler writes, and a damaged file must not take memory for.
  static constexpr int deepest = 200;
  static constexpr std::size_t longest_name = 4096;
  static constexpr std::size_t most_nodes = 4'000'000;  // Linux's task_struct reaches 1 % of it

  struct Waiting {
    std::size_t place;
    TypeNode node;
  };

  TypeNode node(TypeRef reference) {
    if (error_ || reference == 0) return {};
    auto node = source_.node(reference);
    if (node) nodes_ += 1 + node->parts.size();
    if (depth_ > deepest || nodes_ > most_nodes)
      node = fail(EBADMSG, "types", "have no end", "build the file that describes them anew");
    if (node) return std::move(*node);
    error_ = node.error();
    return {};
  }

  // `place` names what has no name of its own: "struct greeting.data".
  Spelling spell(TypeRef reference, const std::string& place, Qualifiers qualifiers = {}) {
    ++depth_;
    Spelling result = spell(reference, node(reference), place, qualifiers);
    --depth_;
    return result;
  }

  Spelling spell(TypeRef reference, TypeNode node, const std::string& place,
                 Qualifiers qualifiers) {
    if (qualifiers.add(node.kind)) return spell(node.target, place, qualifiers);
    switch (node.kind) {
      case Kind::pointer:
        return pointer(spell(node.target, place), qualifiers);
      case Kind::alias:  // a name more or less changes no interface
        return spell(node.target, std::string(node.name), qualifiers);
      case Kind::array:
        return array(node, spell(node.target, place, qualifiers));
      case Kind::function:
        return function(node, place);
      case Kind::number:
      case Kind::structure:
      case Kind::union_:
      case Kind::enumeration:
        return {qualifiers.text() + name_of(reference, std::move(node), place), ""};
      default:
        return {qualifiers.text() + "void", ""};
    }
  }

  static Spelling pointer(Spelling target, Qualifiers qualifiers) {
    if (!target.before.ends_with('*') && !target.before.ends_with(' ')) target.before += ' ';
    if (!target.after.empty()) target = {target.before + "(", ")" + target.after};
    target.before += '*';
    if (const std::string words = qualifiers.text(); !words.empty()) target.before += trim(words);
    return target;
  }

  static Spelling array(const TypeNode& node, Spelling element) {
    std::string dimensions;
    for (std::uint64_t count : node.dimensions)
      dimensions += count == 0 ? "[]" : fmt::format("[{}]", count);
    element.after = dimensions + element.after;
    return element;
  }

  Spelling function(const TypeNode& node, const std::string& place) {
    std::vector<std::string> parameters;
    parameters.reserve(node.parts.size());
    for (const TypePart& part : node.parts)
      parameters.push_back(spell(part.type, place, passed).text());
    if (node.variadic) parameters.emplace_back("...");
    if (parameters.empty()) parameters.emplace_back("void");
    Spelling result = spell(node.target, place, passed);
    if (!result.before.ends_with('*') && result.after.empty()) result.before += " ";
    result.after = fmt::format("({}){}", fmt::join(parameters, ", "), result.after);
    return result;
  }

  std::string name_of(TypeRef reference, TypeNode node, const std::string& place) {
    if (auto known = names_.find(reference); known != names_.end()) return known->second;
    std::string name;
    if (node.kind == Kind::number) {
      name = plain_number(node.name);
    } else {
      std::string_view kind = node.kind == Kind::structure ? "struct"
                              : node.kind == Kind::union_  ? "union"
                                                           : "enum";
      name = node.name.empty() ? fmt::format("{} of {}", kind, place)
                               : fmt::format("{} {}", kind, node.name);
    }
    if (name.size() > longest_name) name.resize(longest_name);
    names_.emplace(reference, name);
    if (!node.declared_only && places_.emplace(name, type_.definitions.size()).second) {
      type_.definitions.push_back(
          {.name = name, .form = std::string(node.form), .size = node.size, .members = {}});
      waiting_.push_back({type_.definitions.size() - 1, std::move(node)});
    }
    return name;
  }

  void define(const Waiting& waiting) {
    const bool enumeration = waiting.node.kind == Kind::enumeration;
    const std::string name = type_.definitions[waiting.place].name;
    std::vector<TypeMember> members;
    members.reserve(waiting.node.parts.size());
    for (const TypePart& part : waiting.node.parts) {
      const std::string place = part.name.empty()
                                    ? fmt::format("{} at {}", name, part.bit_offset / 8)
                                    : fmt::format("{}.{}", name, part.name);
      members.push_back({.name = std::string(part.name),
                         .bit_offset = part.bit_offset,
                         .bit_size = part.bit_size,
                         .type = enumeration ? "" : spell(part.type, place).text(),
                         .value = part.value});
    }
    type_.definitions[waiting.place].members = std::move(members);
  }

  const TypeSource& source_;
  SymbolType type_;
  std::unordered_map<TypeRef, std::string> names_;
  std::unordered_map<std::string, std::size_t> places_;  // of definitions, by name
  std::deque<Waiting> waiting_;                          // definitions without their members
  std::optional<Error> error_;
  std::size_t nodes_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<std::unique_ptr<TypeSource>> open_types(const std::string& path, const TypeSource* base) {
  TRY(MappedFile raw, MappedFile::open(path));
  if (raw.view().number<std::uint16_t>(0) == btf_magic) {
    TRY(std::string copy, read_file(path));
    return read_btf(std::move(copy), path, base);
  }
  TRY(ModuleFile file, ModuleFile::open(path));
  if (file.object().find(".debug_info") != nullptr) return read_dwarf(file.object());
  if (const elf::Section* section = file.object().find(".BTF")) {
    TRY(Bytes bytes, file.object().read(*section));
    return read_btf(std::string(bytes.view().text()), path, base);
  }
  return fail(ENODATA, path, "has neither DWARF nor BTF: its types are not known",
              "compile it with -g");
}

Result<SymbolType> type_of(const TypeSource& source, std::string_view symbol) {
  auto found = source.symbol(symbol);
  if (!found) {
    return fail(ENOENT, std::string(symbol), "is not described by the compiler",
                "declare it in C where it is exported");
  }
  Writer writer(source);
  writer.declare(*found);
  return writer.finish();
}

Result<SymbolType> same_types(const TypeSource& source, std::string_view symbol,
                              const SymbolType& other) {
  Writer writer(source);
  if (auto found = source.symbol(symbol)) writer.declare(*found);
  for (const TypeDefinition& definition : other.definitions) {
    if (auto found = source.definition(definition.name)) writer.reach(*found);
  }
  return writer.finish();
}

}  // namespace kmodern::module
