// kmodern policy: what the policy of demand loading would do, and what of it modprobe.d can hold.
#include <fmt/core.h>
#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <cstdio>
#include <span>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "config/config.h"
#include "database/database.h"
#include "kerneld/policy_file.h"

namespace kmodern::cli {
namespace {

constexpr int denied = 1, failed = 2;  // exit statuses

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern policy test [options] NAME...\n"
      "       kmodern policy export [-f FILE]\n"
      "\n"
      "  test    say whether a request for NAME would be let through, and which rule decides\n"
      "  export  print what modprobe.d can hold of the policy\n"
      "\n"
      "  -f, --file FILE         the policy, if not /etc/kmodern/kerneld.toml\n"
      "  -u, --user USER         the asker's user, by name or number\n"
      "  -g, --cgroup PATH       the asker's cgroup\n"
      "  -b, --basedir DIR       root of the tree that holds lib/modules\n"
      "  -k, --set-version VER   kernel release whose modules are meant\n"
      "  -h, --help              print this text\n");
}

struct Options {
  std::string file{kerneld::policy_path};
  std::string root, release;
  kerneld::Subject asker;
};

// What the name leads to; nothing where there are no indexes.
Result<std::vector<std::string>> modules_of(const database::Database& database,
                                            const config::Config& config,
                                            const std::string& wanted) {
  TRY(auto found, database.lookup(config, wanted));
  std::vector<std::string> modules;
  for (const database::Found& one : found) modules.push_back(one.module);
  return modules;
}

// True if all names would be let through.
Result<bool> test(const Options& options, std::span<char*> names) {
  TRY(const kerneld::Policy policy, kerneld::read_policy(options.file));
  const database::Database database(options.root + "/lib/modules/" + options.release);
  const config::Config config =
      config::load({.paths = {},
                    .module_files = database.config_files(),
                    .command_line = read_file("/proc/cmdline").value_or("")});
  bool all = true;
  for (const char* name : names) {
    kerneld::Subject subject = options.asker;
    subject.wanted = name;
    TRY(subject.modules, modules_of(database, config, name));
    const kerneld::Decision decision = policy.decide(subject);
    fmt::print("{}: {}\n", name, kerneld::explain(decision, policy));
    fmt::print("  class   {}\n", kerneld::name(kerneld::trigger_of(name)));
    if (!subject.modules.empty()) fmt::print("  module  {}\n", fmt::join(subject.modules, " "));
    all = all && decision.ruling != kerneld::Ruling::deny;
  }
  return all;
}

Result<void> print_export(const Options& options) {
  TRY(const kerneld::Policy policy, kerneld::read_policy(options.file));
  return write_all(STDOUT_FILENO,
                   fmt::format("# Made from {} by `kmodern policy export`.\n{}", options.file,
                               kerneld::modprobe_conf_of(policy)),
                   "stdout");
}

}  // namespace

int policy_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"file", required_argument, nullptr, 'f'},
                                            {"user", required_argument, nullptr, 'u'},
                                            {"cgroup", required_argument, nullptr, 'g'},
                                            {"basedir", required_argument, nullptr, 'b'},
                                            {"set-version", required_argument, nullptr, 'k'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern policy");
  Options options;
  for (int c; (c = ::getopt_long(argc, argv, "f:u:g:b:k:h", long_options, nullptr)) != -1;) {
    if (c == 'f') options.file = optarg;
    if (c == 'u') options.asker.user = optarg;
    if (c == 'g') options.asker.cgroup = optarg;
    if (c == 'b') options.root = optarg;
    if (c == 'k') options.release = optarg;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return failed;
  }
  const std::span<char*> words(argv + optind, static_cast<std::size_t>(argc - optind));
  const std::string_view verb = words.empty() ? "" : words[0];
  if (verb == "export" && words.size() == 1) {
    if (auto done = print_export(options); !done) return messages.error(done.error()), failed;
    return 0;
  }
  if (verb != "test" || words.size() < 2) return help(stderr), failed;
  if (options.release.empty()) {
    auto kernel = open_kernel("");
    auto running = kernel ? (*kernel)->release() : Result<std::string>("");
    options.release = running.value_or("");
  }
  auto through = test(options, words.subspan(1));
  if (!through) return messages.error(through.error()), failed;
  return *through ? 0 : denied;
}

}  // namespace kmodern::cli
