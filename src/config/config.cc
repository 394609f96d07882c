#include "config/config.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "config/config_files.h"
#include "config/modules_conf.h"
#include "config/pattern.h"

namespace kmodern::config {
namespace {

const Command* first_match(const std::vector<Command>& commands, std::string_view module) {
  for (const Command& command : commands) {
    if (pattern_matches(command.pattern, module)) return &command;
  }
  return nullptr;
}

void add_new(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

// The classic files among `paths`, which are taken out; without any path, the one in /etc.
std::vector<std::string> take_classic(std::vector<std::string>& paths) {
  if (paths.empty()) return {std::string(modules_conf_path)};
  std::vector<std::string> classic;
  std::erase_if(paths, [&](const std::string& path) {
    struct stat status;
    const bool named_so = path.substr(path.rfind('/') + 1) == "modules.conf";
    if (!named_so || ::stat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return false;
    classic.push_back(path);
    return true;
  });
  return classic;
}

void add_classic(const std::string& path, Config& config) {
  const ClassicReader reader = file_reader();
  auto text = reader.read(path);
  if (text)
    add_modules_conf(parse_modules_conf(*text, path, reader), config);
  else if (text.error().code != ENOENT)
    config.notices.push_back({false, text.error()});
}

}  // namespace

bool Config::blacklisted(std::string_view module) const {
  return std::ranges::find(blacklist, module) != blacklist.end();
}

std::string Config::options_of(std::string_view module,
                               const std::vector<std::string>& asked) const {
  std::string text;
  for (const Options& line : options) {
    if (line.module != module && std::ranges::find(asked, line.module) == asked.end()) continue;
    if (!text.empty()) text += ' ';
    text += line.text;
  }
  return text;
}

const Command* Config::install_command(std::string_view module) const {
  return first_match(install, module);
}

const Command* Config::remove_command(std::string_view module) const {
  return first_match(remove, module);
}

Softdep Config::softdeps_of(std::string_view module) const {
  Softdep all{std::string(module), {}, {}};
  for (const Softdep& line : softdeps) {
    if (!pattern_matches(line.pattern, module)) continue;
    add_new(all.before, line.before);
    add_new(all.after, line.after);
  }
  return all;
}

std::vector<std::string> Config::weakdeps_of(std::string_view module) const {
  std::vector<std::string> all;
  for (const Weakdep& line : weakdeps) {
    if (pattern_matches(line.pattern, module)) add_new(all, line.modules);
  }
  return all;
}

Config load(const Sources& sources) {
  Config config;
  std::vector<std::string> paths = sources.paths;
  const std::vector<std::string> classic = take_classic(paths);
  FoundFiles found;
  if (sources.paths.empty() || !paths.empty()) found = find_config_files("modprobe.d", paths);
  for (Error& problem : found.problems) {
    const bool missing = problem.code == ENOENT;  // only a path that was named: the usual may be
    config.notices.push_back({missing, std::move(problem)});
  }
  for (const std::string& path : sources.module_files) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0)
      found.by_name.try_emplace(path.substr(path.rfind('/') + 1), path);
  }
  for (const auto& [name, path] : found.by_name) {
    if (auto text = read_file(path))
      parse_modprobe_conf(*text, path, config);
    else
      config.notices.push_back({false, text.error()});
  }
  for (const std::string& path : classic) add_classic(path, config);
  parse_kernel_command_line(sources.command_line, config);
  return config;
}

}  // namespace kmodern::config
