// kmodern status: the kernel, its kerneld, the policy and what happens on demand, in one screen.
#include "kerneld/status.h"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/file.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/overview.h"
#include "cli/request_table.h"
#include "kernel/taints.h"
#include "kerneld/control.h"
#include "kerneld/event_reader.h"
#include "kerneld/policy_file.h"
#include "kerneld/settings.h"

namespace kmodern::cli {
namespace {

constexpr std::size_t most_refusals = 5;

struct Options {
  std::string kernel, socket, store, config = kerneld::config_path();
};

void help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern status [options]\n"
             "Shows in one screen the kernel, whether kerneld answers its requests for modules\n"
             "and how, what was refused last, and which modules will go next. Without a kerneld\n"
             "it tells what is known without it.\n"
             "\n"
             "      --json            one JSON object\n"
             "      --socket PATH     where kerneld is asked, if its configuration does not tell\n"
             "  -f, --file FILE       its configuration, if not /etc/kmodern/kerneld.toml;\n"
             "                        also by the environment's KMODERN_CONFIG\n"
             "  -S, --store FILE      the record of requests, if not where that has it\n"
             "      --kernel KERNEL   linux (default), user or user:NAME;\n"
             "                        also by the environment's KMODERN_KERNEL\n"
             "  -h, --help            print this text\n");
}

// The modules that the next sweep of idle ones may take: marked AUTOCLEAN, and nobody uses them.
// Source: /proc/modules of Linux 2.4, which shows the mark.
std::vector<std::string> going_next(kernel::Kernel& kernel) {
  std::vector<std::string> names;
  if (kernel.classic() == nullptr) return names;
  const auto text = kernel.classic()->modules_text();
  if (!text) return names;
  for (const std::string_view line : lines(*text)) {
    const auto words = split(line);
    if (words.size() >= 4 && words[2] == "0" &&
        std::ranges::find(words, "(autoclean)") != words.end())
      names.emplace_back(words[0]);
  }
  return names;
}

// The daemon at a socket; if it cannot be asked, why.
Result<kerneld::Status> ask(const std::string& socket) {
  TRY(const std::string answer, kerneld::ask_daemon(socket, "/status"));
  return kerneld::status_from(answer);
}

// The program that the running Linux has instead of a daemon.
std::string helper_of_linux() {
  const auto path = read_file("/proc/sys/kernel/modprobe");
  return path ? std::string(trim(*path)) : "";
}

std::string why_not(const Error& error, const std::string& kernel, const std::string& socket) {
  if (error.code != ECONNREFUSED) return describe(error);
  if (kernel == "linux") {
    const std::string helper = helper_of_linux();
    return helper.empty() ? "none is for the running Linux, which asks for no modules"
                          : "none is for the running Linux, which runs " + helper;
  }
  return fmt::format(
      "does not run: nobody listens at {}; `kerneld --kernel {}` starts it; one "
      "that listens elsewhere is asked by --socket, or by its configuration (-f)",
      socket, kernel);
}

// Where it listens is told by an option or the configuration, or follows from the kernel; and where
// only that is told, the kernel is the one that it serves.
Result<void> look_for_daemon(Options& options, const kerneld::Settings& settings, Overview& seen,
                             std::unique_ptr<kernel::Kernel>& kernel) {
  std::string socket = options.socket.empty() ? settings.socket : options.socket;
  Result<kerneld::Status> asked = fail(ECONNREFUSED, "kerneld", "is not asked yet");
  if (!socket.empty()) asked = ask(socket);
  if (asked && options.kernel.empty() && std::getenv("KMODERN_KERNEL") == nullptr)
    options.kernel = asked->kernel;
  TRY(kernel, open_kernel(options.kernel));
  seen.kernel = kernel->describe();
  if (socket.empty()) {
    TRY(socket, kerneld::control_path(seen.kernel));
    asked = ask(socket);
  }
  if (!asked)
    seen.no_daemon = why_not(asked.error(), seen.kernel, socket);
  else if (asked->kernel != seen.kernel)
    seen.no_daemon = fmt::format("the one at {} serves {}: give --kernel {}", socket, asked->kernel,
                                 asked->kernel);
  else
    seen.daemon = std::move(*asked);
  return {};
}

// The last requests that were denied or failed, by the record.
Result<std::vector<kerneld::Event>> last_refusals(kerneld::EventReader& record) {
  std::vector<kerneld::Event> refusals;
  for (const auto verdict : {kerneld::Verdict::denied, kerneld::Verdict::failed}) {
    TRY(const auto events, record.query({.verdict = verdict, .limit = most_refusals}));
    refusals.insert(refusals.end(), events.begin(), events.end());
  }
  std::ranges::sort(refusals, {}, &kerneld::Event::id);
  if (refusals.size() > most_refusals)
    refusals.erase(refusals.begin(), refusals.end() - most_refusals);
  return refusals;
}

// Of a daemon that runs, the record that it writes; else the one that it would write.
Result<void> look_at_record(std::string store, const kerneld::Settings& settings, Overview& seen) {
  if (store.empty() && seen.daemon) store = seen.daemon->store.file;
  if (store.empty() && !seen.daemon) {
    TRY(store, settings.store_of(seen.kernel));
  }
  seen.store = store;
  if (store.empty()) {
    seen.no_record = "requests are not recorded (store is empty)";
    return {};
  }
  auto record = kerneld::EventReader::open(store);
  if (!record) {
    seen.no_record = describe(record.error());
    return {};
  }
  TRY(seen.refusals, last_refusals(*record));
  return {};
}

Result<Overview> look(Options options) {
  Overview seen;
  const auto settings = kerneld::read_settings(options.config);
  const auto policy = kerneld::read_policy(options.config);
  std::unique_ptr<kernel::Kernel> kernel;
  TRY_OK(look_for_daemon(options, settings.value_or(kerneld::Settings{}), seen, kernel));

  TRY(seen.release, kernel->release());
  if (const auto modules = kernel->modules())
    seen.modules = modules->size();
  else
    seen.no_modules = modules.error().reason + "; " + modules.error().cure;
  if (const auto tainted = kernel->tainted())
    seen.taints = kernel::taint_letters(*tainted);
  else
    seen.no_taints = describe(tainted.error());
  seen.going_next = going_next(*kernel);

  if (seen.daemon)
    seen.policy = seen.daemon->policy;
  else if (!settings)
    seen.no_policy = describe(settings.error());
  else if (!policy)
    seen.no_policy = describe(policy.error());
  else
    seen.policy = {.mode = std::string(name(policy->mode)), .rules = policy->rules.size()};

  TRY_OK(look_at_record(options.store, settings.value_or(kerneld::Settings{}), seen));
  return seen;
}

void line(std::string_view what, std::string_view value) { fmt::print("{:<11} {}\n", what, value); }

void print_daemon(const kerneld::Status& daemon) {
  const auto& requests = daemon.requests;
  line("kerneld", fmt::format("runs, process {}, for {}", daemon.pid,
                              duration_text(std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::duration<double>(daemon.uptime)))));
  if (!daemon.configuration.error.empty()) line("", printable(daemon.configuration.error));
  line("requests",
       fmt::format("{}: {} loaded, {} already loaded, {} unknown, {} blacklisted, {} failed",
                   requests.total, requests.loaded, requests.already_loaded, requests.unknown,
                   requests.blacklisted, requests.failed));
  line("", fmt::format("{} denied, {} audited, {} joined; {} in flight", requests.denied,
                       requests.audited, requests.joined, requests.in_flight));
  line("autoclean", daemon.autoclean.idle == 0
                        ? "off"
                        : fmt::format("after {} s unused; {} modules are gone",
                                      daemon.autoclean.idle, daemon.autoclean.removed));
}

void print(const Overview& seen) {
  line("kernel", fmt::format("{}, {}, {}", seen.kernel, seen.release,
                             seen.no_modules.empty() ? fmt::format("{} module{}", seen.modules,
                                                                   seen.modules == 1 ? "" : "s")
                                                     : "no modules: " + seen.no_modules));
  if (!seen.no_taints.empty())
    line("taints", seen.no_taints);
  else
    line("taints", seen.taints.empty() ? "-" : kernel::taints_in_words(seen.taints));
  if (seen.daemon)
    print_daemon(*seen.daemon);
  else
    line("kerneld", seen.no_daemon);
  line("policy", seen.no_policy.empty()
                     ? fmt::format("mode {}, {} rule{}", seen.policy.mode, seen.policy.rules,
                                   seen.policy.rules == 1 ? "" : "s")
                     : seen.no_policy);
  line("record", seen.no_record.empty() ? seen.store : seen.no_record);
  if (seen.daemon && !seen.daemon->store.error.empty()) line("", seen.daemon->store.error);
  line("going next",
       seen.going_next.empty() ? "-" : fmt::format("{}", fmt::join(seen.going_next, " ")));
  if (!seen.no_record.empty()) return;
  line("refused", seen.refusals.empty() ? "-" : "");
  for (const kerneld::Event& event : seen.refusals) {
    fmt::print("  {} {} for {}[{}]: {}: {}\n", local_time(event.time), printable(event.name),
               printable(event.asker.comm), event.asker.pid, name(event.verdict),
               outcome_of(event));
  }
}

}  // namespace

int status_main(int argc, char** argv) {
  constexpr int json_option = 'j' + 0x100, socket_option = 's' + 0x100;
  static constexpr option long_options[] = {{"json", no_argument, nullptr, json_option},
                                            {"socket", required_argument, nullptr, socket_option},
                                            {"store", required_argument, nullptr, 'S'},
                                            {"file", required_argument, nullptr, 'f'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern status");
  Options options;
  bool json = false;
  for (int c; (c = ::getopt_long(argc, argv, "S:f:h", long_options, nullptr)) != -1;) {
    if (c == json_option) json = true;
    if (c == socket_option) options.socket = optarg;
    if (c == 'S') options.store = optarg;
    if (c == 'f') options.config = optarg;
    if (c == kernel_option) options.kernel = optarg;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return help(stderr), 1;
  }
  if (optind < argc) return help(stderr), 1;
  const auto seen = look(std::move(options));
  if (!seen) return messages.error(seen.error()), 1;
  if (json)
    fmt::print("{}", to_json(*seen));
  else
    print(*seen);
  return 0;
}

}  // namespace kmodern::cli
