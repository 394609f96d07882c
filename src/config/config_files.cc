#include "config/config_files.h"

#include <dirent.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/text.h"

namespace kmodern::config {

namespace {

constexpr std::array<std::string_view, 5> parents = {"/etc", "/run", "/usr/local/lib", "/usr/lib",
                                                     "/lib"};

bool is_config_name(std::string_view name) {
  return name.size() > std::string_view(".conf").size() && name.ends_with(".conf") &&
         !name.starts_with('.');
}

// Adds the files of a folder that no folder before it hides.
void add_folder(const std::string& folder, FoundFiles& found) {
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
  if (!directory) {
    if (errno != ENOENT)
      found.problems.push_back(
          fail_errno(errno, folder, "cannot list the configuration files in it").error());
    return;
  }
  while (const dirent* entry = ::readdir(directory.get())) {
    if (is_config_name(entry->d_name))
      found.by_name.try_emplace(entry->d_name, folder + "/" + entry->d_name);
  }
}

}  // namespace

FoundFiles find_config_files(std::string_view folder, std::span<const std::string> paths) {
  FoundFiles found;
  if (paths.empty()) {
    for (std::string_view parent : parents) add_folder(fmt::format("{}/{}", parent, folder), found);
  }
  for (const std::string& path : paths) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0)
      found.problems.push_back(
          fail_errno(errno, path, "cannot read this configuration", "check the path given with -C")
              .error());
    else if (S_ISDIR(status.st_mode))
      add_folder(path, found);
    else
      found.by_name.try_emplace(path.substr(path.rfind('/') + 1), path);
  }
  return found;
}

Result<std::vector<std::string>> config_files(std::string_view folder,
                                              std::span<const std::string> paths) {
  FoundFiles found = find_config_files(folder, paths);
  for (Error& problem : found.problems) {
    if (problem.code != ENOENT) return std::unexpected(std::move(problem));
  }
  std::vector<std::string> files;
  files.reserve(found.by_name.size());
  for (auto& [name, path] : found.by_name) files.push_back(std::move(path));
  return files;
}

std::vector<ConfigLine> config_lines(std::string_view text) {
  std::vector<ConfigLine> result;
  unsigned number = 0;
  bool joins = false;
  for (std::string_view line : lines(text)) {
    ++number;
    bool join_next = line.ends_with('\\');
    if (join_next) line.remove_suffix(1);
    if (joins) {
      result.back().text += line;
    } else {
      result.push_back({number, std::string(line)});
    }
    joins = join_next;
  }
  std::erase_if(result, [](const ConfigLine& line) {
    std::string_view trimmed = trim(line.text);
    return trimmed.empty() || line.text.starts_with('#');
  });
  return result;
}

}  // namespace kmodern::config
