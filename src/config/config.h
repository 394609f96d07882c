// The entry of the config layer: what modprobe.d and the kernel command line say of modules.
// Formats: modprobe.d(5); the kernel's "module.parameter=value" (kernel-parameters.txt).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::config {

// "alias PATTERN MODULE".
struct Alias {
  std::string pattern;  // normalised
  std::string module;
};

// "options MODULE TEXT"; `module` may also be an alias.
struct Options {
  std::string module;
  std::string text;  // as written after the one blank that ends the name; tabs become spaces
};

// "install PATTERN COMMAND" or "remove PATTERN COMMAND".
struct Command {
  std::string pattern;
  std::string text;  // for /bin/sh
};

// "softdep PATTERN pre: A B post: C"; names may be aliases.
struct Softdep {
  std::string pattern;
  std::vector<std::string> before;
  std::vector<std::string> after;
};

// "weakdep PATTERN A B": information for those who build an initramfs; nothing is loaded by it.
struct Weakdep {
  std::string pattern;
  std::vector<std::string> modules;
};

// Something in the configuration that was passed over; the rest of it holds.
struct Notice {
  bool warning = false;  // else an error
  Error what;
};

// All of it, in the order in which it was read. A value: nothing in it changes after load().
struct Config {
  std::vector<Alias> aliases;
  std::vector<std::string> blacklist;
  std::vector<Options> options;
  std::vector<Command> install;
  std::vector<Command> remove;
  std::vector<Softdep> softdeps;
  std::vector<Weakdep> weakdeps;
  std::vector<Notice> notices;

  bool blacklisted(std::string_view module) const;

  // The texts of all options lines of the module, and of those for one of the names by which it was
  // asked for, joined by single spaces.
  std::string options_of(std::string_view module, const std::vector<std::string>& asked) const;

  // The first command in file order whose pattern matches; nullptr if there is none.
  const Command* install_command(std::string_view module) const;
  const Command* remove_command(std::string_view module) const;

  // Every softdep line of the module counts, each name once, in file order.
  Softdep softdeps_of(std::string_view module) const;
  std::vector<std::string> weakdeps_of(std::string_view module) const;
};

struct Sources {
  // Files, or directories with *.conf files; the first has precedence. A file of the name
  // modules.conf is read as a classic one (modules_conf.h). Empty: those of modprobe.d
  // (config_files.h) and, behind them, /etc/modules.conf.
  std::vector<std::string> paths;
  // Read as if their last part stood in those directories: modules.softdep, modules.weakdep. One
  // that does not exist is passed over.
  std::vector<std::string> module_files;
  // The text of /proc/cmdline.
  std::string command_line;
};

// Reads everything. Of several files with one name only that of the first directory is read; all
// are read in the order of their names. What cannot be read or understood becomes a notice.
Config load(const Sources& sources);

// One file's text; `file` is for messages.
void parse_modprobe_conf(std::string_view text, std::string_view file, Config& config);

// modprobe.blacklist=A,B and MODULE.PARAMETER[=VALUE]; everything else is the kernel's or init's.
void parse_kernel_command_line(std::string_view text, Config& config);

}  // namespace kmodern::config
