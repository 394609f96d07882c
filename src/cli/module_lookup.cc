#include "cli/module_lookup.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "module/module.h"

namespace kmodern::cli {
namespace {

std::string absolute(const std::string& path) {
  if (path.starts_with('/')) return path;
  std::error_code error;
  auto here = std::filesystem::current_path(error);
  return error ? path : here.string() + "/" + path;
}

// What modules.builtin.modinfo ("MODULE.KEY=VALUE", each ended by NUL) says of one module.
Result<Record> record_of_builtin(const database::Database& database, const std::string& name) {
  Record record;
  record.name = name;
  record.filename = "(builtin)";
  auto text = read_file(database.directory() + "/modules.builtin.modinfo");
  if (!text && text.error().code == ENOENT) return record;
  TRY_OK(text);
  std::string section;
  for (std::string_view entry : split(*text, std::string_view("\0", 1))) {
    std::size_t dot = entry.find('.');
    if (dot == std::string_view::npos || entry.substr(0, dot) != name) continue;
    section += entry.substr(dot + 1);
    section += '\0';
  }
  add_modinfo(record, module::Modinfo::parse(Bytes::borrowed(ByteView(section))));
  return record;
}

// nullopt if there is no module of that name, built in or as a file.
Result<std::optional<Record>> record_of_module(const database::Database& database,
                                               const std::string& name, bool signature) {
  TRY(auto module, database.module(name));
  if (module) {
    TRY(auto record, record_of_file(module->path, signature));
    return record;
  }
  TRY(bool builtin, database.builtin(name));
  if (!builtin) return std::nullopt;
  TRY(auto record, record_of_builtin(database, name));
  return record;
}

}  // namespace

bool is_module_file(const std::string& argument) {
  struct stat status;
  return module_name_of_path(argument).has_value() && ::stat(argument.c_str(), &status) == 0 &&
         S_ISREG(status.st_mode);
}

Result<Record> record_of_file(const std::string& path, bool signature) {
  TRY(auto file, module::ModuleFile::open(absolute(path)));
  return read_record(file, signature);
}

Result<std::vector<Record>> records_of_name(const database::Database& database,
                                            const std::string& name, bool aliases, bool signature) {
  std::vector<std::string> names;
  if (aliases) {
    TRY(auto found, database.lookup(config::Config(), name));
    for (database::Found& each : found) names.push_back(std::move(each.module));
  } else {
    names.push_back(normalize_name(name).value_or(name));
  }
  std::vector<Record> records;
  for (const std::string& each : names) {
    TRY(auto record, record_of_module(database, each, signature));
    if (record) records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace kmodern::cli
