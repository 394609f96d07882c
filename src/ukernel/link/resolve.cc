// From symbols to addresses, by the rules of kernel/module/main.c (simplify_symbols,
// resolve_symbol) and kernel/module/version.c (check_version).
#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/text.h"
#include "ukernel/link/link.h"

namespace kmodern::ukernel::link {
namespace {

// Why one import is refused, and what the kernel logs about it before its line on the symbol.
struct Refusal {
  int code = 0;
  std::string reason;
  std::string log;  // empty: nothing of its own
  bool version_differs = false;
};

// "Unknown symbols one, two: each is exported by no one; symbol three: ...": what shares a reason
// is named together. The diagnose layer reads these names.
std::string in_words(const std::vector<Unresolved::Symbol>& symbols) {
  constexpr std::size_t most_names = 8, most_reasons = 3;
  std::vector<std::pair<const Unresolved::Symbol*, std::vector<std::string_view>>> groups;
  for (const Unresolved::Symbol& symbol : symbols) {
    auto group = std::ranges::find_if(groups, [&](const auto& each) {
      return each.first->code == symbol.code && each.first->reason == symbol.reason;
    });
    if (group == groups.end()) group = groups.insert(group, {&symbol, {}});
    group->second.push_back(symbol.name);
  }
  std::string text;
  std::size_t told = 0;
  for (std::size_t i = 0; i < std::min(groups.size(), most_reasons); ++i) {
    auto& [first, names] = groups[i];
    const std::size_t shown = std::min(names.size(), most_names);
    told += names.size();
    text += fmt::format("{}{}symbol{} {}", i == 0 ? "" : "; ",
                        first->code != ENOENT ? "" : (i == 0 ? "Unknown " : "unknown "),
                        names.size() == 1 ? "" : "s",
                        fmt::join(names.begin(), names.begin() + static_cast<long>(shown), ", "));
    if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
    text += fmt::format(
        ": {}{}", !first->reason.starts_with("is ") ? "" : (names.size() == 1 ? "it " : "each "),
        first->reason);
  }
  if (told < symbols.size()) text += fmt::format("; and {} more", symbols.size() - told);
  return text;
}

// Since 6.16 a namespace may be a list of modules: "module:kvm,kvm-amd,snd-*"
// (symbol-namespaces.rst, EXPORT_SYMBOL_FOR_MODULES). They have the symbol without importing it.
constexpr std::string_view of_modules = "module:";

bool names_module(std::string_view space, std::string_view module) {
  if (!space.starts_with(of_modules)) return false;
  for (std::string_view pattern : split(space.substr(of_modules.size()), ",")) {
    const bool prefix = pattern.ends_with('*');
    if (prefix) pattern.remove_suffix(1);
    if (!prefix && pattern.size() != module.size()) continue;
    const auto same = [](char a, char b) { return a == b || (a == '-' && b == '_'); };
    if (std::ranges::equal(pattern, module.substr(0, pattern.size()), same)) return true;
  }
  return false;
}

class Resolver {
 public:
  Resolver(const Source& source, const Image& image, const SymbolSource& from, const Rules& rules)
      : source_(source),
        image_(image),
        from_(from),
        rules_(rules),
        proprietary_(!rules.gpl_compatible) {}

  std::expected<Resolved, Unresolved> run() {
    resolved_.addresses.resize(source_.symbols.size());
    for (std::uint32_t index = 1; index < source_.symbols.size(); ++index) resolve(index);
    if (!unresolved_.symbols.empty()) return std::unexpected(finish());
    resolved_.owners.assign(owners_.begin(), owners_.end());
    return std::move(resolved_);
  }

 private:
  void resolve(std::uint32_t index) {
    elf::Symbol symbol = source_.symbols[index];
    std::uint64_t& address = resolved_.addresses[index];
    switch (symbol.section) {
      case SHN_ABS:
        address = symbol.value;
        return;
      case SHN_COMMON:
        return refuse_common(symbol);
      case SHN_UNDEF:
        return import(symbol, address);
      default:
        break;
    }
    if (symbol.section >= image_.sections.size())
      return refuse(name_of(symbol),
                    {ENOEXEC, "is in a section that does not exist",
                     fmt::format("Symbol {} has an invalid section index {} (max "
                                 "{})",
                                 name_of(symbol), symbol.section, image_.sections.size() - 1)});
    address = image_.sections[symbol.section].address + symbol.value;
  }

  std::string_view name_of(const elf::Symbol& symbol) const {
    return source_.symbols.name(symbol).value_or("(a name outside of the string table)");
  }

  void import(const elf::Symbol& symbol, std::uint64_t& address) {
    std::string_view name = name_of(symbol);
    if (name.empty()) return;
    auto found = from_.find(name);
    if (!found)
      return refuse(name, {found.error().code, found.error().reason, found.error().reason});
    if (!*found || ((*found)->gpl_only && proprietary_)) {
      if (symbol.binding() == STB_WEAK) return;  // stays 0: the code asks before it uses it
      return refuse(name, {ENOENT,
                           *found ? "is GPL-only, and the module's license is not GPL compatible"
                                  : "is exported by no one",
                           {}});
    }
    const Definition& definition = **found;
    if (auto refusal = check(name, definition)) return refuse(name, std::move(*refusal));
    address = definition.address;
    ++resolved_.imports;
    if (!definition.owner.empty()) owners_.insert(definition.owner);
  }

  std::optional<Refusal> check(std::string_view name, const Definition& definition) {
    uses_gpl_only_ |= definition.gpl_only;
    if (auto refusal = check_taint(name, definition)) return refusal;
    if (auto refusal = check_version(name, definition)) return refusal;
    return check_namespace(name, definition);
  }

  std::optional<Refusal> check_taint(std::string_view name, const Definition& definition) {
    if (!definition.owner_proprietary) return std::nullopt;
    if (uses_gpl_only_)
      return Refusal{ENOENT,
                     fmt::format("is of the proprietary module {}, and this module uses GPL-only "
                                 "symbols",
                                 definition.owner),
                     fmt::format("module using GPL-only symbols uses symbols {} from proprietary "
                                 "module {}.",
                                 name, definition.owner)};
    if (!resolved_.inherits_proprietary)
      resolved_.warnings.push_back(
          fmt::format("{}: module uses symbols {} from proprietary module {}, inheriting taint.",
                      source_.name, name, definition.owner));
    resolved_.inherits_proprietary = true;
    proprietary_ = true;
    return std::nullopt;
  }

  std::optional<Refusal> check_version(std::string_view name, const Definition& definition) {
    if (!rules_.check_versions || !source_.has_versions || !definition.crc) return std::nullopt;
    auto wanted =
        std::ranges::lower_bound(source_.versions, name, {}, &module::SymbolVersion::name);
    if (wanted == source_.versions.end() || wanted->name != name) {
      // Linux as it is published lets this pass; Debian's and this kernel do not.
      const std::string line = fmt::format("no symbol version for {}", name);
      return Refusal{EINVAL, line, std::exchange(warned_of_missing_version_, true) ? "" : line};
    }
    if (wanted->crc != *definition.crc)
      return Refusal{EINVAL,
                     fmt::format("the module was built for version {:#010x} of it, here it is "
                                 "{:#010x}",
                                 wanted->crc, *definition.crc),
                     fmt::format("disagrees about version of symbol {}", name), true};
    ++resolved_.versions_checked;
    return std::nullopt;
  }

  std::optional<Refusal> check_namespace(std::string_view name, const Definition& definition) {
    const std::string& space = definition.symbol_namespace;
    if (space.empty() || names_module(space, source_.name) ||
        std::ranges::find(source_.namespaces, space) != source_.namespaces.end())
      return std::nullopt;
    std::string line = fmt::format(
        "module uses symbol ({}) from namespace {}, but does not import it.", name, space);
    if (rules_.allow_missing_namespace) {
      resolved_.warnings.push_back(fmt::format("{}: {}", source_.name, line));
      return std::nullopt;
    }
    return Refusal{
        EINVAL,
        space.starts_with(of_modules)
            ? fmt::format("is exported to the modules {} only", space.substr(of_modules.size()))
            : fmt::format("is in namespace {0}, which the module does not import "
                          "(MODULE_IMPORT_NS({0}))",
                          space),
        line};
  }

  void refuse_common(const elf::Symbol& symbol) {
    std::string_view name = name_of(symbol);
    if (name.starts_with("__gnu_lto")) return;
    unresolved_.log.push_back(fmt::format("{}: please compile with -fno-common", source_.name));
    unresolved_.symbols.push_back({std::string(name), ENOEXEC,
                                   "is a COMMON symbol, which has no place; compile with "
                                   "-fno-common"});
  }

  void refuse(std::string_view name, Refusal refusal) {
    if (!refusal.log.empty())
      unresolved_.log.push_back(fmt::format("{}: {}", source_.name, refusal.log));
    if (refusal.code != ENOEXEC)
      unresolved_.log.push_back(
          fmt::format("{}: Unknown symbol {} (err -{})", source_.name, name, refusal.code));
    unresolved_.symbols.push_back(
        {std::string(name), refusal.code, std::move(refusal.reason), refusal.version_differs});
  }

  Unresolved finish() {
    const auto& symbols = unresolved_.symbols;
    const int code = symbols.front().code;
    unresolved_.error = {symbols.back().code, source_.name, in_words(symbols),
                         code == ENOENT ? "load first what exports such symbols (modprobe does)"
                                        : "use a module that was built for this kernel"};
    return std::move(unresolved_);
  }

  const Source& source_;
  const Image& image_;
  const SymbolSource& from_;
  const Rules& rules_;
  bool proprietary_;
  bool uses_gpl_only_ = false;
  bool warned_of_missing_version_ = false;
  std::set<std::string> owners_;
  Resolved resolved_;
  Unresolved unresolved_;
};

}  // namespace

std::expected<Resolved, Unresolved> resolve(const Source& source, const Image& image,
                                            const SymbolSource& from, const Rules& rules) {
  return Resolver(source, image, from, rules).run();
}

}  // namespace kmodern::ukernel::link
