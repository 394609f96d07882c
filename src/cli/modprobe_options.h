// What modprobe's command line and $MODPROBE_OPTIONS ask for.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace kmodern::cli {

struct ModprobeOptions {
  enum class Task {
    load,
    unload,            // -r
    show_depends,      // -D
    show_alias,        // -R
    show_config,       // -c
    show_modversions,  // --show-modversions
    show_exports,      // --show-exports
    help,
    version,
  } task = Task::load;
  std::vector<std::string> arguments;

  bool all = false;              // -a
  bool remove_holders = false;   // --remove-holders
  bool first_time = false;       // --first-time
  bool ignore_commands = false;  // -i
  bool use_blacklist = false;    // -b
  bool dry_run = false;          // -n
  bool json = false;             // --json
  bool autoclean = false;        // -k
  bool force_modversion = false;
  bool force_vermagic = false;
  bool force_unload = false;
  std::optional<std::chrono::milliseconds> wait;  // -w
  unsigned jobs = 1;                              // -j: modules that load at once

  std::vector<std::string> config_paths;  // -C
  std::string root;                       // -d
  std::string release;                    // -S; empty: the kernel's
  std::string kernel;                     // --kernel
};

// Parses both; sets how `messages` speaks. What a modprobe started by an install command has to
// know (-C, -k, -q, -s, -v, --kernel) goes into this process's environment. nullopt: the mistake
// has been told.
std::optional<ModprobeOptions> parse_modprobe_options(int argc, char** argv, Messages& messages);

void print_modprobe_help();

}  // namespace kmodern::cli
