// The commands of the one program kmodern. Called by another name (a link named insmod), it is that
// tool.
#pragma once

#include <span>
#include <string_view>

namespace kmodern::cli {

// argv[0] is the command's own name; the result is the exit status.
using CommandMain = int (*)(int argc, char** argv);

struct Command {
  std::string_view name;
  CommandMain main;
  std::string_view summary;  // one line for `kmodern help`
  bool tool;                 // also a program of its own: bin/<name> is a link to kmodern
};

// In the order of `kmodern help`.
std::span<const Command> commands();

}  // namespace kmodern::cli
