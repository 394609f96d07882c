#include "database/database.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <tuple>

#include "base/near.h"
#include "base/text.h"
#include "config/pattern.h"

namespace kmodern::database {
namespace {

// An index that is opened when it is first asked for.
struct LazyIndex {
  std::string_view file;
  std::once_flag once;
  std::optional<IndexReader> reader;  // none: the file is missing
  std::optional<Error> error;         // or could not be used
};

enum Index { dep, symbols, alias, builtin_names, builtin_alias, index_count };
constexpr std::array<std::string_view, index_count> index_files = {
    "modules.dep.bin", "modules.symbols.bin", "modules.alias.bin", "modules.builtin.bin",
    "modules.builtin.alias.bin"};

void add(std::vector<Found>& found, std::string_view module, std::vector<std::string> aliases) {
  for (Found& known : found) {
    if (known.module != module) continue;
    for (std::string& name : aliases) {
      if (std::ranges::find(known.aliases, name) == known.aliases.end())
        known.aliases.push_back(std::move(name));
    }
    return;
  }
  found.push_back({std::string(module), std::move(aliases)});
}

bool has_command(const config::Config& config, const std::string& name) {
  auto same = [&](const config::Command& command) { return command.pattern == name; };
  return std::ranges::any_of(config.install, same) || std::ranges::any_of(config.remove, same);
}

}  // namespace

struct Database::State {
  std::string directory;
  std::array<LazyIndex, index_count> indexes;

  Result<const IndexReader*> open(LazyIndex& index) {
    std::call_once(index.once, [&] {
      auto reader = IndexReader::open(fmt::format("{}/{}", directory, index.file));
      struct stat status;
      if (reader) {
        index.reader.emplace(std::move(*reader));
        return;
      }
      const Error& error = reader.error();
      const bool absent = error.code == ENOENT || error.code == ENOTDIR;
      // Older depmods leave an empty modules.builtin.alias.bin.
      const bool left_empty = &index == &indexes[builtin_alias] &&
                              ::stat(error.subject.c_str(), &status) == 0 && status.st_size == 0;
      if (!absent && !left_empty) index.error = error;
    });
    if (index.error) return std::unexpected(*index.error);
    return index.reader ? &*index.reader : nullptr;
  }

  Result<std::optional<std::string_view>> find(Index which, std::string_view key) {
    TRY(const IndexReader* index, open(indexes[which]));
    if (index == nullptr) return std::nullopt;
    return index->find(key);
  }

  Result<void> match(Index which, const std::string& wanted, std::vector<Found>& found) {
    TRY(const IndexReader* index, open(indexes[which]));
    if (index == nullptr) return {};
    TRY(auto values, index->match(wanted));
    for (const IndexValue& value : values) add(found, value.text, {wanted});
    return {};
  }
};

Database::Database(std::string directory) : state_(std::make_unique<State>()) {
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  state_->directory = std::move(directory);
  for (std::size_t number = 0; number < index_count; ++number)
    state_->indexes[number].file = index_files[number];
}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

const std::string& Database::directory() const { return state_->directory; }

Result<void> Database::check() const {
  struct stat status;
  const std::string& directory = state_->directory;
  std::string release = directory.substr(directory.rfind('/') + 1);
  if (::stat(directory.c_str(), &status) != 0) {
    return fail(errno, directory, "the kernel's module directory is not there",
                fmt::format("the modules of kernel {} are not installed, or an upgrade has removed "
                            "them while it runs: install them, or start the installed kernel",
                            release));
  }
  TRY(const IndexReader* index, state_->open(state_->indexes[dep]));
  if (index == nullptr) {
    return fail(ENOENT, directory, "the directory has no modules.dep.bin: depmod has not run there",
                fmt::format("run: depmod {}", release));
  }
  return {};
}

std::vector<std::string> Database::config_files() const {
  return {directory() + "/modules.softdep", directory() + "/modules.weakdep"};
}

Result<std::optional<Module>> Database::module(std::string_view name) const {
  TRY(auto line, state_->find(dep, name));
  if (!line) return std::nullopt;
  std::size_t colon = line->find(':');
  if (colon == std::string_view::npos) {
    return fail(EBADMSG, directory() + "/modules.dep.bin",
                fmt::format("the entry of {} has no ':'", name),
                "make the indexes anew: run depmod");
  }
  auto absolute = [&](std::string_view path) {
    return path.starts_with('/') ? std::string(path) : fmt::format("{}/{}", directory(), path);
  };
  Module module{std::string(name), absolute(line->substr(0, colon)), {}};
  for (std::string_view path : split(line->substr(colon + 1)))
    module.dependencies.push_back(absolute(path));
  // The file has what is needed first last.
  std::ranges::reverse(module.dependencies);
  return module;
}

Result<bool> Database::builtin(std::string_view name) const {
  TRY(auto value, state_->find(builtin_names, name));
  return value.has_value();
}

Result<std::vector<Found>> Database::lookup(const config::Config& config,
                                            std::string_view wanted) const {
  std::vector<Found> found;
  auto normal = normalize_name(wanted);
  if (!normal) return found;
  const std::string& name = *normal;
  for (const config::Alias& line : config.aliases) {
    if (!config::pattern_matches(line.pattern, name)) continue;
    // Options may be given for the pattern as well as for what was asked for.
    std::vector<std::string> aliases = {name};
    if (line.pattern != name) aliases.push_back(line.pattern);
    add(found, line.module, std::move(aliases));
  }
  if (!found.empty()) return found;
  TRY(auto entry, state_->find(dep, name));
  if (entry) add(found, name, {});
  if (found.empty() && name.starts_with("symbol:")) TRY_OK(state_->match(symbols, name, found));
  if (found.empty() && has_command(config, name)) add(found, name, {});
  if (found.empty()) TRY_OK(state_->match(alias, name, found));
  if (found.empty()) {
    TRY(bool is_builtin, builtin(name));
    if (is_builtin) add(found, name, {});
  }
  if (found.empty()) TRY_OK(state_->match(builtin_alias, name, found));
  return found;
}

std::vector<std::string> Database::near_names(std::string_view wanted, std::size_t limit) const {
  auto normal = normalize_name(wanted);
  auto names = state_->open(state_->indexes[dep]);
  if (!normal || !names || *names == nullptr) return {};
  // Short names have few letters to be wrong in.
  const unsigned allowed = std::min(2u, static_cast<unsigned>(normal->size() / 3));
  std::vector<std::pair<unsigned, std::string>> near;
  // A damaged index gives the names before the damage.
  std::ignore = (*names)->for_each([&](std::string_view name, const IndexValue&) {
    if (unsigned apart = distance(*normal, name, allowed); apart <= allowed)
      near.emplace_back(apart, name);
    return true;
  });
  std::ranges::sort(near);
  near.resize(std::min(near.size(), limit));
  std::vector<std::string> result;
  result.reserve(near.size());
  for (auto& [apart, name] : near) result.push_back(std::move(name));
  return result;
}

Result<const IndexReader*> Database::index(std::string_view file) const {
  for (LazyIndex& index : state_->indexes) {
    if (index.file == file) return state_->open(index);
  }
  return fail(EINVAL, std::string(file), "is no index that a database has");
}

}  // namespace kmodern::database
