// The classic configuration, /etc/modules.conf of modutils: read where it still stands, and turned
// into modprobe.d lines. Reading never runs anything. Source: modules.conf(5) of modutils 2.4.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/classic_words.h"
#include "config/config.h"

namespace kmodern::config {

inline constexpr std::string_view modules_conf_path = "/etc/modules.conf";

// A line, as it is named in messages.
struct ClassicLine {
  std::string file;
  unsigned number = 0;  // of its first physical line, from 1
  std::string text;     // without its comment
};

// What the file says, in the terms of modprobe.d.
struct ModulesConf {
  std::vector<Alias> aliases;     // chains of aliases are followed: targets are modules
  std::vector<Options> options;   // one for each module
  std::vector<Command> install;   // also of pre- and post-install, probe, probeall, alias off, null
  std::vector<Command> remove;    // also of pre- and post-remove
  std::vector<Softdep> softdeps;  // below: before, above: after

  struct Passed {
    ClassicLine line;
    Error why;
  };
  std::vector<Passed> refused;  // lines that cannot be understood, or would need a shell
  std::vector<Passed> idle;     // lines that are understood and have no effect any more
};

// What reading may ask of the machine.
struct ClassicReader {
  std::function<Result<std::string>(const std::string& path)> read;  // of include
  Surroundings surroundings;
};

// A reader of the real files.
ClassicReader file_reader();

// `file` is for messages.
ModulesConf parse_modules_conf(std::string_view text, const std::string& file,
                               const ClassicReader& reader);

// Adds it to what modprobe.d says, which goes before it: an alias that modprobe.d has is not taken,
// commands come behind, and options before, so that the last word on a parameter is modprobe.d's.
// Refused lines become notices.
void add_modules_conf(ModulesConf classic, Config& config);

// The same as a modprobe.d file; what could not be carried over stands in comments.
std::string modprobe_conf_text(const ModulesConf& classic);

// Text as a line of modprobe.d has it: a backslash there is a mark before another character.
std::string escaped_for_modprobe_d(std::string_view text);

}  // namespace kmodern::config
