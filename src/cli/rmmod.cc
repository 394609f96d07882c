#include <fmt/core.h>
#include <fmt/format.h>
#include <getopt.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "database/database.h"
#include "diagnose/diagnose.h"

namespace kmodern::cli {
namespace {

void help() {
  fmt::print(
      "Usage:\n"
      "\trmmod [options] MODULE...\n"
      "\trmmod [options] --all\n"
      "Options:\n"
      "\t-a, --all               remove idle modules that were loaded with --autoclean;\n"
      "\t                        what was used since the last time stays until the next\n"
      "\t-f, --force             remove it though it is in use, if the kernel was built\n"
      "\t                        with CONFIG_MODULE_FORCE_UNLOAD; can crash the machine\n"
      "\t-s, --syslog            send messages to the system log\n"
      "\t-v, --verbose           say more of what is done\n"
      "{}"
      "\t-V, --version           print the version\n"
      "\t-h, --help              print this text\n",
      kernel_help);
}

// The module that an argument means: a name, or a path that ends in one. Empty if it means none.
std::string module_of(std::string_view argument) {
  struct stat status;
  if (::stat(std::string(argument).c_str(), &status) == 0 && S_ISREG(status.st_mode))
    argument.remove_prefix(argument.rfind('/') + 1);
  std::string name(argument.substr(0, argument.find('.')));
  for (char& character : name) {
    if (character == '-') character = '_';
  }
  return name;
}

// True for what create_module(2) has made and no init_module(2) has completed: it is not in
// /proc/modules.
bool is_created(kernel::Kernel& kernel, const std::string& name) {
  kernel::classic::Calls* calls = kernel.classic();
  return calls != nullptr && calls->query_module(name, kernel::classic::Query::probe).has_value();
}

// Most of what is built in has no folder in /sys/module: the indexes know it.
bool is_builtin(kernel::Kernel& kernel, const std::string& name) {
  if (kernel.builtin(name).value_or(false)) return true;
  const auto release = kernel.release();
  return release && database::Database("/lib/modules/" + *release).builtin(name).value_or(false);
}

// kmod's words for why the module cannot be removed; empty if nothing stands against it.
Result<std::string> obstacle(kernel::Kernel& kernel, const std::string& name) {
  TRY(auto loaded, kernel.module(name));
  if (!loaded && is_created(kernel, name)) return std::string();
  if (!loaded) {
    return is_builtin(kernel, name) ? fmt::format("Module {} is builtin.", name)
                                    : fmt::format("Module {} is not currently loaded", name);
  }
  if (!loaded->holders.empty())
    return fmt::format("Module {} is in use by: {}", name, fmt::join(loaded->holders, " "));
  return std::string();
}

bool remove(kernel::Kernel& kernel, const Messages& messages, const std::string& name, bool force) {
  if (!force) {
    auto known = obstacle(kernel, name);
    if (!known) {
      messages.error(known.error());
      return false;
    }
    if (!known->empty()) {
      messages.error("{}", *known);
      messages.error(diagnose::explain_unload(kernel, name, {}));
      return false;
    }
  }
  std::vector<std::string> left_behind;
  auto done = kernel.unload(name, {.force = force, .left_behind = &left_behind});
  for (const std::string& what : left_behind) messages.error("{} left behind: {}", name, what);
  if (!done) {
    // kmod looks at the count before it asks the kernel; the kernel may know who it is.
    if (done.error().code == EWOULDBLOCK && !force)
      messages.error("Module {} is in use", name);
    else
      messages.error("could not remove module {}: {}", name, ::strerror(done.error().code));
    messages.error(diagnose::explain_unload(kernel, name, done.error()));
    return false;
  }
  messages.info("{} is removed", name);
  return true;
}

// rmmod --all.
bool remove_idle(kernel::Kernel& kernel, const Messages& messages) {
  kernel::classic::Calls* calls = kernel.classic();
  if (calls == nullptr) {
    messages.error(
        "{} has no --all: Linux removes no idle modules since 2.5, a user-space kernel does",
        kernel.describe());
    return false;
  }
  auto removed = calls->remove_idle();
  if (!removed) {
    messages.error(removed.error());
    return false;
  }
  for (const std::string& name : *removed) messages.info("{} is removed", name);
  return true;
}

}  // namespace

int rmmod_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"all", no_argument, nullptr, 'a'},
                                            {"force", no_argument, nullptr, 'f'},
                                            {"syslog", no_argument, nullptr, 's'},
                                            {"verbose", no_argument, nullptr, 'v'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"version", no_argument, nullptr, 'V'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("rmmod", Level::error);
  bool all = false;
  bool force = false;
  std::string_view which;
  for (int c; (c = ::getopt_long(argc, argv, "afsvVh", long_options, nullptr)) != -1;) {
    if (c == 'a')
      all = true;
    else if (c == 'f')
      force = true;
    else if (c == 's')
      messages.to_syslog();
    else if (c == 'v')
      messages.more();
    else if (c == kernel_option)
      which = optarg;
    else if (c == 'V')
      return print_version(), 0;
    else if (c == 'h')
      return help(), 0;
    else
      return 1;
  }
  if (optind >= argc && !all) {
    messages.error("missing module name.");
    return 1;
  }
  auto kernel = open_kernel(which);
  if (!kernel) return messages.error(kernel.error()), 1;
  int status = all && !remove_idle(**kernel, messages) ? 1 : 0;
  for (int i = optind; i < argc; ++i) {
    std::string name = module_of(argv[i]);
    if (name.empty()) {
      messages.error("could not use module {}: {}", argv[i], ::strerror(EINVAL));
      return 1;
    }
    if (!remove(**kernel, messages, name, force)) status = 1;
  }
  return status;
}

}  // namespace kmodern::cli
