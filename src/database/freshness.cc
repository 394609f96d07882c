#include "database/freshness.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "config/config_files.h"

namespace kmodern::database {

namespace {

constexpr std::array<std::string_view, 11> indexes = {
    "modules.dep.bin",           "modules.alias",       "modules.alias.bin",
    "modules.softdep",           "modules.weakdep",     "modules.symbols",
    "modules.symbols.bin",       "modules.builtin.bin", "modules.devname",
    "modules.builtin.alias.bin", "modules.dep"};
constexpr std::array<std::string_view, 3> inputs = {"modules.order", "modules.builtin",
                                                    "modules.builtin.modinfo"};

bool before(const timespec& left, const timespec& right) {
  return left.tv_sec != right.tv_sec ? left.tv_sec < right.tv_sec : left.tv_nsec < right.tv_nsec;
}

std::optional<timespec> written(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_mtim;
}

// True if modules.dep, a text, has a line for each module of the tree and no other.
bool lists_the_same(std::string_view dependencies, const ModuleTree& tree) {
  std::vector<std::string_view> listed;
  for (std::string_view line : lines(dependencies))
    listed.push_back(line.substr(0, line.find(':')));
  std::ranges::sort(listed);
  return std::ranges::equal(listed, tree.modules, {}, {}, &ModuleCandidate::relative);
}

}  // namespace

bool indexes_are_fresh(const DepmodOptions& options, const ModuleTree& tree) {
  if (!tree.errors.empty()) return false;
  const auto output = [&](std::string_view name) {
    return fmt::format("{}/{}", options.output_directory, name);
  };
  for (std::string_view name : indexes) {
    if (!written(output(name))) return false;
  }
  const timespec made = *written(output("modules.dep"));
  // What changed within the same tick of the clock may have changed after it.
  const auto is_older = [&](const std::string& path) {
    const auto time = written(path);
    return !time || before(*time, made);
  };
  if (!before(tree.newest, made)) return false;
  for (std::string_view name : inputs) {
    if (!is_older(fmt::format("{}/{}", options.directory, name))) return false;
  }
  const auto config = config::config_files("depmod.d", options.config_paths);
  if (!config || !std::ranges::all_of(*config, is_older)) return false;
  const auto dependencies = read_file(output("modules.dep"));
  return dependencies && lists_the_same(*dependencies, tree);
}

}  // namespace kmodern::database
