#include "database/index_contents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <deque>
#include <iterator>
#include <map>
#include <optional>

#include "base/text.h"
#include "database/index_writer.h"

namespace kmodern::database {

namespace {

Error note(std::string text) { return {0, {}, std::move(text), {}}; }

// Collects a table's entries and makes the file of them.
class Table {
 public:
  Table(std::string name, bool wanted, IndexSet& set)
      : name_(std::move(name)), wanted_(wanted), set_(set) {}

  void reserve(std::size_t count) {
    if (wanted_) entries_.reserve(count);
  }
  // `key` and `value` are borrowed until finish().
  void add(std::string_view key, std::string_view value, std::uint32_t priority) {
    if (wanted_) entries_.push_back({key, value, priority});
  }
  Result<void> finish() {
    if (!wanted_) return {};
    TRY(std::string bytes, write_index(std::move(entries_), name_));
    set_.files.push_back({std::move(name_), std::move(bytes), false});
    return {};
  }

 private:
  std::string name_;
  bool wanted_;
  IndexSet& set_;
  std::vector<IndexEntry> entries_;
};

// A pattern in the form in which it is looked for: '-' as '_'. Borrowed where that changes nothing.
class Normalizer {
 public:
  std::optional<std::string_view> operator()(std::string_view pattern) {
    if (pattern.find_first_of("-[]") == std::string_view::npos) return pattern;
    std::optional<std::string> normal = normalize_name(pattern);
    if (!normal) return std::nullopt;
    return kept_.emplace_back(std::move(*normal));
  }

 private:
  std::deque<std::string> kept_;
};

bool has_newline(std::string_view text) { return text.find('\n') != std::string_view::npos; }

Result<void> make_config_lines(std::string_view command, std::string_view header, std::string name,
                               std::vector<std::string_view> ModuleSummary::* values,
                               const Knowledge& knowledge, IndexSet& set) {
  std::string text(header);
  for (std::size_t index = 0; index < knowledge.modules.size(); ++index) {
    for (std::string_view value : knowledge.summaries[index].*values) {
      const std::string& module = knowledge.modules[index].name;
      if (has_newline(value)) {
        set.warnings.push_back(note(fmt::format("{}: its {} has a line end in it and is left out",
                                                knowledge.modules[index].path, command)));
        continue;
      }
      fmt::format_to(std::back_inserter(text), "{} {} {}\n", command, module, value);
    }
  }
  set.files.push_back({std::move(name), std::move(text)});
  return {};
}

// The numbers of "char-major-10-238".
std::optional<std::pair<unsigned, unsigned>> device_numbers(std::string_view text) {
  unsigned major = 0;
  unsigned minor = 0;
  if (text.empty()) return std::nullopt;
  const char* end = &text.front() + text.size();
  auto [after_major, error] = std::from_chars(&text.front(), end, major);
  if (error != std::errc() || after_major == end || *after_major != '-') return std::nullopt;
  auto [after_minor, minor_error] = std::from_chars(after_major + 1, end, minor);
  if (minor_error != std::errc()) return std::nullopt;
  return std::pair(major, minor);
}

// The line of modules.devname for one module: empty if it has no device node.
std::string device_line(const ModuleCandidate& module, const ModuleSummary& summary,
                        IndexSet& set) {
  std::string_view node;
  std::string device;
  for (std::string_view alias : summary.aliases) {
    for (std::string_view kind : {"char-major-", "block-major-"}) {
      if (!alias.starts_with(kind)) continue;
      if (auto numbers = device_numbers(alias.substr(kind.size())))
        device = fmt::format("{}{}:{}", kind[0], numbers->first, numbers->second);
    }
    if (alias.starts_with("devname:")) node = alias.substr(std::string_view("devname:").size());
    if (!node.empty() && !device.empty()) break;
  }
  if (node.empty()) return {};
  if (device.empty()) {
    set.warnings.push_back(note(
        fmt::format("Module '{}' has devname ({}) but lacks major and minor information. Ignoring.",
                    module.name, node)));
    return {};
  }
  return has_newline(node) ? std::string() : fmt::format("{} {} {}\n", module.name, node, device);
}

}  // namespace

Result<void> make_dependencies(const Knowledge& knowledge, bool with_tables, IndexSet& set) {
  std::string text;
  std::vector<std::size_t> ends;
  Closure closure(knowledge.needs, knowledge.positions);
  for (std::uint32_t index = 0; index < knowledge.modules.size(); ++index) {
    text.append(knowledge.modules[index].relative).push_back(':');
    for (std::uint32_t needed : closure.of(index))
      text.append(" ").append(knowledge.modules[needed].relative);
    ends.push_back(text.size());
    text.push_back('\n');
  }
  Table table("modules.dep.bin", with_tables, set);
  table.reserve(ends.size());
  std::size_t begin = 0;
  for (std::uint32_t index = 0; index < ends.size(); ++index) {
    const ModuleCandidate& module = knowledge.modules[index];
    if (index_can_hold(module.name)) {
      table.add(module.name, std::string_view(text).substr(begin, ends[index] - begin), index);
    } else {
      set.warnings.push_back(note(fmt::format(
          "{}: its name is not ASCII, so that modprobe cannot find it by name", module.path)));
    }
    begin = ends[index] + 1;
  }
  TRY_OK(table.finish());
  set.files.push_back({"modules.dep", std::move(text)});
  return {};
}

Result<void> make_aliases(const Knowledge& knowledge, bool with_tables, IndexSet& set) {
  std::string text = "# Aliases extracted from modules themselves.\n";
  Table table("modules.alias.bin", with_tables, set);
  Normalizer normalize;
  std::vector<std::string_view> own;  // the aliases of one module, to find repetitions
  for (std::uint32_t index = 0; index < knowledge.modules.size(); ++index) {
    const ModuleCandidate& module = knowledge.modules[index];
    own.clear();
    for (std::string_view alias : knowledge.summaries[index].aliases) {
      if (!index_can_hold(alias) || has_newline(alias)) {
        set.warnings.push_back(note(fmt::format(
            "{}: the alias '{}' is not plain ASCII text and is left out", module.path, alias)));
        continue;
      }
      text.append("alias ").append(alias).append(" ").append(module.name).push_back('\n');
      const auto key = normalize(alias);
      if (!key) {
        set.warnings.push_back(note(fmt::format("Unmatched bracket in {}", alias)));
        continue;
      }
      table.add(*key, module.name, index);
      own.push_back(*key);
    }
    std::ranges::sort(own);
    for (std::size_t next = 1; next < own.size(); ++next) {
      if (own[next] == own[next - 1])
        set.duplicates.push_back(
            note(fmt::format("duplicate module alias: {} {}", own[next], module.name)));
    }
  }
  TRY_OK(table.finish());
  set.files.push_back({"modules.alias", std::move(text)});
  return {};
}

Result<void> make_softdeps(const Knowledge& knowledge, bool, IndexSet& set) {
  return make_config_lines("softdep", "# Soft dependencies extracted from modules themselves.\n",
                           "modules.softdep", &ModuleSummary::softdeps, knowledge, set);
}

Result<void> make_weakdeps(const Knowledge& knowledge, bool, IndexSet& set) {
  return make_config_lines("weakdep", "# Weak dependencies extracted from modules themselves.\n",
                           "modules.weakdep", &ModuleSummary::weakdeps, knowledge, set);
}

Result<void> make_symbols(const Knowledge& knowledge, bool with_tables, IndexSet& set) {
  constexpr std::string_view start = "alias ";
  constexpr std::string_view key_start = "symbol:";
  std::string text = "# Aliases for symbols, used by symbol_request().\n";
  // Of each line: where its key begins and ends in the text, and whose it is.
  struct Line {
    std::size_t begin, size;
    ModuleIndex module;
  };
  std::vector<Line> table_lines;
  for (std::uint32_t index = 0; index < knowledge.modules.size(); ++index) {
    const ModuleCandidate& module = knowledge.modules[index];
    for (const ExportedSymbol& symbol : knowledge.summaries[index].exports) {
      const std::string_view name = knowledge.symbols.without_prefix(symbol.name);
      const Provider* provider = knowledge.symbols.find(symbol.name);
      if (provider == nullptr || provider->module != index) {
        set.duplicates.push_back(
            note(fmt::format("duplicate module syms: symbol:{} {}", name, module.name)));
        continue;
      }
      if (has_newline(name)) continue;
      table_lines.push_back({text.size() + start.size(), key_start.size() + name.size(), index});
      text.append(start).append(key_start).append(name).append(" ");
      text.append(module.name).push_back('\n');
    }
  }
  Table table("modules.symbols.bin", with_tables, set);
  table.reserve(table_lines.size());
  for (const Line& line : table_lines) {
    const std::string_view key = std::string_view(text).substr(line.begin, line.size);
    if (index_can_hold(key)) table.add(key, knowledge.modules[line.module].name, line.module);
  }
  TRY_OK(table.finish());
  set.files.push_back({"modules.symbols", std::move(text)});
  return {};
}

Result<void> make_device_names(const Knowledge& knowledge, bool, IndexSet& set) {
  std::string text;
  for (std::size_t index = 0; index < knowledge.modules.size(); ++index)
    text += device_line(knowledge.modules[index], knowledge.summaries[index], set);
  if (!text.empty()) text.insert(0, "# Device nodes to trigger on-demand module loading.\n");
  set.files.push_back({"modules.devname", std::move(text)});
  return {};
}

Result<void> make_builtin(const Knowledge& knowledge, bool with_tables, IndexSet& set) {
  Table table("modules.builtin.bin", with_tables, set);
  std::deque<std::string> names;
  for (std::string_view line : lines(knowledge.builtin)) {
    std::optional<std::string> name = module_name_of_path(trim(line));
    if (!name || !index_can_hold(*name)) {
      if (!trim(line).empty()) {
        set.warnings.push_back(
            note(fmt::format("modules.builtin: the line '{}' names no module", line)));
      }
      continue;
    }
    table.add(names.emplace_back(std::move(*name)), "", 0);
  }
  return table.finish();
}

Result<void> make_builtin_aliases(const Knowledge& knowledge, bool with_tables, IndexSet& set) {
  constexpr std::string_view mark = ".alias=";
  Table table("modules.builtin.alias.bin", with_tables, set);
  Normalizer normalize;
  for (std::string_view entry : split(knowledge.builtin_modinfo, std::string_view("\0", 1))) {
    // MODULE.alias=PATTERN
    const std::size_t at = entry.find('.');
    if (at == std::string_view::npos || !entry.substr(at).starts_with(mark)) continue;
    const std::string_view alias = entry.substr(at + mark.size());
    const auto key = normalize(alias);
    if (!key || !index_can_hold(*key)) {
      set.warnings.push_back(note(fmt::format(
          "modules.builtin.modinfo: the alias '{}' is no plain pattern and is left out", alias)));
      continue;
    }
    table.add(*key, entry.substr(0, at), 0);
  }
  return table.finish();
}

}  // namespace kmodern::database
