#include "cli/modprobe_show.h"

#include <fmt/format.h>

#include <cerrno>
#include <iterator>

#include "module/module.h"

namespace kmodern::cli {
namespace {

void add_softdep(std::string& text, const config::Softdep& line) {
  fmt::format_to(std::back_inserter(text), "softdep {}", line.pattern);
  if (!line.before.empty())
    fmt::format_to(std::back_inserter(text), " pre: {}", fmt::join(line.before, " "));
  if (!line.after.empty())
    fmt::format_to(std::back_inserter(text), " post: {}", fmt::join(line.after, " "));
  text += '\n';
}

Result<void> add_index(std::string& text, const database::Database& database,
                       std::string_view file) {
  TRY(const database::IndexReader* index, database.index(file));
  if (index == nullptr) return {};
  return index->for_each([&](std::string_view key, const database::IndexValue& value) {
    text.append("alias ").append(key).append(" ").append(value.text).append("\n");
    return true;
  });
}

}  // namespace

Result<std::string> config_text(const config::Config& config, const database::Database& database) {
  std::string text;
  auto to = std::back_inserter(text);
  for (const std::string& name : config.blacklist) fmt::format_to(to, "blacklist {}\n", name);
  for (const auto& line : config.install)
    fmt::format_to(to, "install {} {}\n", line.pattern, line.text);
  for (const auto& line : config.remove)
    fmt::format_to(to, "remove {} {}\n", line.pattern, line.text);
  for (const auto& line : config.aliases)
    fmt::format_to(to, "alias {} {}\n", line.pattern, line.module);
  for (const auto& line : config.options)
    fmt::format_to(to, "options {} {}\n", line.module, line.text);
  for (const auto& line : config.softdeps) add_softdep(text, line);
  for (const auto& line : config.weakdeps)
    fmt::format_to(to, "weakdep {} {}\n", line.pattern, fmt::join(line.modules, " "));
  text += "\n# End of configuration files. Dumping indexes now:\n\n";
  TRY_OK(add_index(text, database, "modules.alias.bin"));
  TRY_OK(add_index(text, database, "modules.symbols.bin"));
  return text;
}

Result<std::string> modversions_text(const std::string& path) {
  TRY(auto file, module::ModuleFile::open(path));
  TRY(auto versions, file.versions());
  if (versions.empty())
    return fail(ENODATA, path, "the module was built without symbol versions (CONFIG_MODVERSIONS)");
  std::string text;
  for (const module::SymbolVersion& version : versions)
    fmt::format_to(std::back_inserter(text), "{:#010x}\t{}\n", version.crc, version.name);
  return text;
}

Result<std::string> exports_text(const std::string& path) {
  TRY(auto file, module::ModuleFile::open(path));
  TRY(auto exports, file.exports());
  if (exports.empty()) return fail(ENODATA, path, "the module exports no symbols");
  std::string text;
  for (const module::Export& symbol : exports)
    fmt::format_to(std::back_inserter(text), "{:#010x}\t{}\n", symbol.crc.value_or(0), symbol.name);
  return text;
}

}  // namespace kmodern::cli
