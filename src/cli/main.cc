#include <fmt/core.h>

#include <cstdio>
#include <span>
#include <string_view>

#include "cli/commands.h"
#include "cli/options.h"

using kmodern::cli::Command;
using kmodern::cli::commands;

namespace {

const Command* find(std::string_view name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

void help(std::FILE* to) {
  fmt::print(to, "Usage: kmodern COMMAND [ARGUMENTS]\n\nCommands:\n");
  for (const Command& command : commands())
    fmt::print(to, "  {:<12} {}\n", command.name, command.summary);
  fmt::print(to, "\n`kmodern COMMAND --help` tells more of each.\n");
}

bool asks_for_version(std::string_view word) { return word == "--version" || word == "-V"; }

int version() {
  fmt::print("kmodern {}\n", KMODERN_VERSION);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view called = argc > 0 ? base_name(argv[0]) : "kmodern";
  if (const Command* command = find(called); command != nullptr && command->tool)
    return command->main(argc, argv);
  if (argc < 2) {
    help(stderr);
    return 1;
  }
  std::string_view name = argv[1];
  if (name == "help" || name == "--help" || name == "-h") {
    help(stdout);
    return 0;
  }
  if (called == "kmod") {  // as boot scripts call it
    if (asks_for_version(name)) return kmodern::cli::print_version(), 0;
    if (name == "list") name = "lsmod";
  }
  if (asks_for_version(name)) return version();
  if (const Command* command = find(name)) {
    // The tools print theirs as kmod does, wherever among the options it is asked for.
    if (!command->tool && argc == 3 && asks_for_version(argv[2])) return version();
    return command->main(argc - 1, argv + 1);
  }
  fmt::print(stderr,
             "kmodern: there is no command '{}'; `kmodern help` lists those that there are\n",
             name);
  return 1;
}
