// A module directory of indexes alone: what lookups and plans need, without module files.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "database/database.h"
#include "database/index_writer.h"
#include "support/files.h"

namespace kmodern::testing {

class ModuleDirectory {
 public:
  using Lines = std::vector<std::pair<std::string, std::string>>;

  // `modules`: name -> names of all that it needs, as depmod writes them: what is loaded first
  // stands last. `aliases`: pattern -> module.
  ModuleDirectory(const Lines& modules, const Lines& aliases = {}, const Lines& builtin = {})
      : directory_(temporary_directory()) {
    Lines dep;
    for (const auto& [name, needs] : modules) {
      std::string line = path(name) + ":";
      for (std::string_view need : split(needs)) line += " " + path(std::string(need));
      dep.emplace_back(name, line);
    }
    write("modules.dep.bin", dep);
    write("modules.alias.bin", aliases);
    write("modules.builtin.bin", builtin);
  }

  const std::string& path() const { return directory_.path(); }
  static std::string path(const std::string& module) { return "kernel/" + module + ".ko"; }
  database::Database database() const { return database::Database(directory_.path()); }

 private:
  void write(const std::string& file, const Lines& lines) {
    std::vector<database::IndexEntry> entries;
    std::uint32_t priority = 0;
    for (const auto& [key, value] : lines) entries.push_back({key, value, priority++});
    auto bytes = database::write_index(entries, file);
    if (!bytes) ADD_FAILURE() << describe(bytes.error());
    write_file(directory_.path() + "/" + file, bytes.value_or(""));
  }

  TemporaryDirectory directory_;
};

}  // namespace kmodern::testing
