// The entry of the database layer: a kernel's module directory, looked up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/config.h"
#include "database/index_reader.h"

namespace kmodern::database {

// A line of modules.dep.
struct Module {
  std::string name;
  std::string path;                       // absolute
  std::vector<std::string> dependencies;  // absolute paths, all of them, in the order of loading
};

// What a name or an alias led to.
struct Found {
  std::string module;                // its name; it need not exist: aliases may promise too much
  std::vector<std::string> aliases;  // what was asked for and what matched, if not the name itself
};

// One kernel's indexes. Each is mapped at its first use and stays; a missing one counts as empty.
// Looking up is const and may be done by several threads at once.
class Database {
 public:
  // `directory` is ROOT/lib/modules/RELEASE; nothing is opened yet.
  explicit Database(std::string directory);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  const std::string& directory() const;

  // Why lookups find nothing here: ENOENT if the directory is missing (its kernel was upgraded or
  // removed) or has no modules.dep.bin (depmod has not run), with the cure; EBADMSG if that is
  // damaged.
  Result<void> check() const;

  // modules.softdep and modules.weakdep, for config::Sources.
  std::vector<std::string> config_files() const;

  // nullopt if modules.dep does not know the name.
  Result<std::optional<Module>> module(std::string_view name) const;

  // True if modules.builtin lists it.
  Result<bool> builtin(std::string_view name) const;

  // In kmod's order, the first source that knows anything wins: aliases of the configuration,
  // modules.dep, modules.symbols ("symbol:NAME"), names with install or remove commands,
  // modules.alias, modules.builtin, modules.builtin.alias. Each module once. Empty: not found.
  Result<std::vector<Found>> lookup(const config::Config& config, std::string_view wanted) const;

  // Names of modules that look like `wanted`, best first, at most `limit`.
  std::vector<std::string> near_names(std::string_view wanted, std::size_t limit = 3) const;

  // An index by its file's name ("modules.alias.bin"); nullptr if it is missing.
  Result<const IndexReader*> index(std::string_view file) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kmodern::database
