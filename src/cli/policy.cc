// kmodern policy: what the policy of demand loading would do, a list of what is used, and what of
// it modprobe.d can hold.
#include <fmt/core.h>
#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "config/config.h"
#include "database/database.h"
#include "kerneld/devices.h"
#include "kerneld/event_reader.h"
#include "kerneld/learn.h"
#include "kerneld/policy_file.h"
#include "kerneld/settings.h"

namespace kmodern::cli {
namespace {

constexpr int denied = 1, failed = 2;  // exit statuses

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern policy test [options] NAME...\n"
      "       kmodern policy learn [options]\n"
      "       kmodern policy export [-f FILE]\n"
      "\n"
      "  test    say whether a request for NAME would be let through, and which rule decides\n"
      "  learn   make rules that allow what was used, from the record of requests\n"
      "  export  print what modprobe.d can hold of the policy\n"
      "\n"
      "  -f, --file FILE         the policy, if not /etc/kmodern/kerneld.toml\n"
      "  -u, --user USER         the asker's user, by name or number\n"
      "  -g, --cgroup PATH       the asker's cgroup\n"
      "  -b, --basedir DIR       root of the tree that holds lib/modules\n"
      "  -k, --set-version VER   kernel release whose modules are meant\n"
      "  -s, --since TIME        learn: only what was asked for from then on: 2h, 7d, today,\n"
      "                          2026-11-21\n"
      "  -l, --from-loaded       learn: also what is loaded now, and what this machine's\n"
      "                          devices need; a record need not be there\n"
      "  -S, --store FILE        learn: the record, if not where kerneld's configuration has it\n"
      "  -o, --output FILE       learn: write there, not to the terminal\n"
      "      --kernel KERNEL     linux (default), user or user:NAME;\n"
      "                          also by the environment's KMODERN_KERNEL\n"
      "  -h, --help              print this text\n");
}

struct Options {
  std::string file = kerneld::config_path();
  std::string root, release;
  kerneld::Subject asker;
  std::optional<SystemTime> since;
  bool from_loaded = false;
  std::string store, output, kernel;
};

config::Config configuration(const database::Database& database) {
  return config::load({.paths = {},
                       .module_files = database.config_files(),
                       .command_line = read_file("/proc/cmdline").value_or("")});
}

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
  const config::Config config = configuration(database);
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

// What the record holds. Where a machine is learnt from as it stands, it need not be there.
Result<std::string> learn_from_record(const Options& options, kerneld::Learner& learner) {
  std::string path = options.store;
  auto open = [&]() -> Result<kerneld::EventReader> {
    if (path.empty()) {
      TRY(path, kerneld::recorded_in(options.file, options.kernel));
    }
    return kerneld::EventReader::open(path);
  };
  auto reader = open();
  if (!reader && reader.error().code == ENOENT && options.from_loaded) return std::string();
  if (!reader) return std::unexpected(reader.error());
  TRY_OK(reader->each({.since = options.since},
                      [&](const kerneld::Event& event) { learner.add(event); }));
  return path + (options.since ? " since " + local_time(*options.since) : "");
}

// What is loaded, and what udev would ask for, for the devices of this machine.
Result<std::string> learn_from_machine(const Options& options, kerneld::Learner& learner) {
  TRY(auto kernel, open_kernel(options.kernel));
  TRY(const auto modules, kernel->modules());
  for (const kernel::LoadedModule& module : modules)
    learner.add_loaded(module.name, module.holders);
  if (kernel->describe() != "linux") return "the modules that are loaded in " + kernel->describe();
  const database::Database database(options.root + "/lib/modules/" + options.release);
  const config::Config config = configuration(database);
  for (const kerneld::Device& device : kerneld::devices()) {
    TRY(const auto found, modules_of(database, config, device.modalias));
    learner.add_device(device.name, found);
  }
  return std::string("the modules that are loaded and the devices of this machine");
}

Result<void> learn(const Options& options) {
  kerneld::Learner learner;
  TRY(std::string source, learn_from_record(options, learner));
  if (options.from_loaded) {
    TRY(const std::string machine, learn_from_machine(options, learner));
    source += (source.empty() ? "" : " and ") + machine;
  }
  const std::string rules = learner.rules(source);
  if (options.output.empty()) return write_all(STDOUT_FILENO, rules, "stdout");
  if (::access(options.output.c_str(), F_OK) == 0) {
    return fail(EEXIST, options.output, "is there already, and may have been edited",
                "name another file, or remove it");
  }
  TRY(AtomicFile file, AtomicFile::create(options.output));
  TRY_OK(file.write(rules));
  return file.commit();
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
                                            {"since", required_argument, nullptr, 's'},
                                            {"from-loaded", no_argument, nullptr, 'l'},
                                            {"store", required_argument, nullptr, 'S'},
                                            {"output", required_argument, nullptr, 'o'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern policy");
  Options options;
  if (const char* kernel = std::getenv("KMODERN_KERNEL")) options.kernel = kernel;
  for (int c; (c = ::getopt_long(argc, argv, "f:u:g:b:k:s:lS:o:h", long_options, nullptr)) != -1;) {
    if (c == 'f') options.file = optarg;
    if (c == 'u') options.asker.user = optarg;
    if (c == 'g') options.asker.cgroup = optarg;
    if (c == 'b') options.root = optarg;
    if (c == 'k') options.release = optarg;
    if (c == 'l') options.from_loaded = true;
    if (c == 'S') options.store = optarg;
    if (c == 'o') options.output = optarg;
    if (c == kernel_option) options.kernel = optarg;
    if (c == 's') {
      options.since = parse_time(optarg, std::chrono::system_clock::now());
      if (!options.since) {
        messages.error("'{}' is no time; give 2h, 7d, today or 2026-11-21", optarg);
        return failed;
      }
    }
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return failed;
  }
  const std::span<char*> words(argv + optind, static_cast<std::size_t>(argc - optind));
  const std::string_view verb = words.empty() ? "" : words[0];
  if (verb == "export" && words.size() == 1) {
    if (auto done = print_export(options); !done) return messages.error(done.error()), failed;
    return 0;
  }
  const bool learns = verb == "learn" && words.size() == 1;
  if (!learns && (verb != "test" || words.size() < 2)) return help(stderr), failed;
  if (options.release.empty()) {
    auto kernel = open_kernel(options.kernel);
    auto running = kernel ? (*kernel)->release() : Result<std::string>("");
    options.release = running.value_or("");
  }
  if (learns) {
    if (auto done = learn(options); !done) return messages.error(done.error()), failed;
    return 0;
  }
  auto through = test(options, words.subspan(1));
  if (!through) return messages.error(through.error()), failed;
  return *through ? 0 : denied;
}

}  // namespace kmodern::cli
