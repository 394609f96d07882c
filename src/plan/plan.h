// The entry of the plan layer: from a name to the ordered steps that load or unload it. Pure: a
// plan is made from values, and nothing happens until kernel/execute.h carries it out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/config.h"
#include "database/database.h"

namespace kmodern::plan {

// What the plan needs to know of a loaded module.
struct Loaded {
  std::string name;
  long refcnt = 0;
  std::vector<std::string> holders;  // the modules that use it
};

enum class Action {
  insert,           // load the file
  install_command,  // run the configured command instead
  builtin,          // nothing: it is part of the kernel
  remove,           // unload
  remove_command,   // run the configured command instead
};
std::string_view name(Action action);  // "insmod", "install", "builtin", "rmmod", "remove"

// Why a step is there.
enum class Role {
  requested,   // it was asked for
  dependency,  // of `whose`: needs its symbols
  before,      // softdep of `whose`
  after,       // softdep of `whose`
  holder,      // it uses `whose`, which shall go
  unused,      // `whose` needed it, and nothing else does
};
std::string_view name(Role role);

struct Step {
  Action action = Action::insert;
  std::string module;
  std::string path;        // of Action::insert, absolute
  std::string parameters;  // of Action::insert and install_command
  std::string command;     // of the commands; $CMDLINE_OPTS stands for the parameters
  Role role = Role::requested;
  std::string whose;  // the module that brought the step in; empty for Role::requested
  // Its failure ends the plan; else the next step is tried.
  bool required = true;
};

enum class Nothing {
  no,              // there are steps
  blacklisted,     // the blacklist forbids it
  already_loaded,  // it is loaded or part of the kernel
  not_loaded,      // of removal
};
std::string_view name(Nothing nothing);  // "blacklisted", "already loaded", "not loaded"; "" for no

struct Plan {
  std::string module;  // that it is about
  std::vector<Step> steps;
  Nothing nothing = Nothing::no;  // why there are no steps
};

// Between the steps of a plan: the one that has it waits for `step`, which stands before it.
struct Need {
  std::size_t step = 0;   // its place in Plan::steps
  bool required = false;  // its failure is one of the step that waits: a dependency, not a softdep
};

struct LoadRequest {
  std::string parameters;        // added behind the configured ones
  bool ignore_loaded = false;    // plan as if nothing were loaded
  bool ignore_commands = false;  // of the named module: no install command, no softdeps
  bool blacklist_names = false;  // the blacklist applies to a plain name too, not to aliases only
};

// The steps that load what was found: dependencies in order, each with its softdeps, each module
// once. Errors: ENOENT with the reason where the module is neither in the database nor built in.
Result<Plan> plan_load(const database::Found& target, const LoadRequest& request,
                       const config::Config& config, const database::Database& database,
                       std::span<const Loaded> loaded);

// The same for a file: its name's entry of the database says what it needs, else its own
// `depends=`.
Result<Plan> plan_load_file(const std::string& path, const LoadRequest& request,
                            const config::Config& config, const database::Database& database,
                            std::span<const Loaded> loaded);

// What each step of a plan that loads waits for. Steps that do not wait for each other, not even by
// way of others, may be carried out at the same time.
Result<std::vector<std::vector<Need>>> needs(const Plan& plan, const LoadRequest& request,
                                             const config::Config& config,
                                             const database::Database& database);

struct UnloadRequest {
  bool ignore_commands = false;  // no remove command, no softdeps
  bool remove_holders = false;   // first unload what uses it
  bool allow_in_use = false;     // a use count is no error yet: the executor waits or forces
};

// The steps that unload a module: softdeps behind it, its holders if wished, it, then what it
// needed and nobody uses any more. Errors: EBUSY in use, with by whom; ENOENT builtin.
Result<Plan> plan_unload(const std::string& module, const UnloadRequest& request,
                         const config::Config& config, const database::Database& database,
                         std::span<const Loaded> loaded);

// A step's line as modprobe -n and -D show it: "insmod PATH PARAMETERS".
std::string line(const Step& step);

// The command with $CMDLINE_OPTS replaced.
std::string command_line(const Step& step);

}  // namespace kmodern::plan
