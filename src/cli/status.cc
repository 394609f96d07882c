// kmodern status: the kernel, its kerneld, the policy and what happens on demand, in one screen.
#include "kerneld/status.h"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/printable.h"
#include "base/text.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/overview.h"
#include "cli/request_table.h"
#include "kerneld/control.h"
#include "kerneld/event_reader.h"
#include "kerneld/event_store.h"
#include "kerneld/policy_file.h"

namespace kmodern::cli {
namespace {

constexpr std::size_t most_refusals = 5;

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern status [options]\n"
      "Shows in one screen the kernel, whether kerneld answers its requests for modules\n"
      "and how, what was refused last, and which modules will go next. Without a kerneld\n"
      "it tells what is known without it.\n"
      "\n"
      "      --json            one JSON object\n"
      "  -S, --store FILE      the record of requests, if not that of the kernel\n"
      "  -f, --file FILE       the policy, if not /etc/kmodern/kerneld.toml; what a kerneld\n"
      "                        has in force comes first\n"
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

Result<Overview> look(const std::string& which, std::string store, const std::string& policy_file) {
  Overview seen;
  TRY(const auto kernel, open_kernel(which));
  seen.kernel = kernel->describe();
  TRY(seen.release, kernel->release());
  TRY(const auto modules, kernel->modules());
  seen.modules = modules.size();
  seen.going_next = going_next(*kernel);

  TRY(const std::string socket, kerneld::control_path(seen.kernel));
  auto answer = kerneld::ask_daemon(socket, "/status");
  if (answer) {
    TRY(seen.daemon, kerneld::status_from(*answer));
    seen.policy = seen.daemon->policy;
    if (store.empty()) store = seen.daemon->store.file;
  } else {
    seen.no_daemon =
        answer.error().code == ECONNREFUSED ? "does not run" : describe(answer.error());
    const auto policy = kerneld::read_policy(policy_file);
    if (policy)
      seen.policy = {.mode = std::string(name(policy->mode)), .rules = policy->rules.size()};
    else
      seen.no_policy = describe(policy.error());
  }

  if (store.empty()) {
    TRY(store, kerneld::default_store(seen.kernel));
  }
  seen.store = store;
  auto record = kerneld::EventReader::open(store);
  if (!record) {
    seen.no_record = describe(record.error());
    return seen;
  }
  for (const auto verdict : {kerneld::Verdict::denied, kerneld::Verdict::failed}) {
    TRY(const auto events, record->query({.verdict = verdict, .limit = most_refusals}));
    seen.refusals.insert(seen.refusals.end(), events.begin(), events.end());
  }
  std::ranges::sort(seen.refusals, {}, &kerneld::Event::id);
  if (seen.refusals.size() > most_refusals)
    seen.refusals.erase(seen.refusals.begin(), seen.refusals.end() - most_refusals);
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
  line("kernel", fmt::format("{}, {}, {} modules", seen.kernel, seen.release, seen.modules));
  if (seen.daemon)
    print_daemon(*seen.daemon);
  else
    line("kerneld", seen.no_daemon);
  line("policy", seen.no_policy.empty()
                     ? fmt::format("mode {}, {} rules", seen.policy.mode, seen.policy.rules)
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
  constexpr int json_option = 'j' + 0x100;
  static constexpr option long_options[] = {{"json", no_argument, nullptr, json_option},
                                            {"store", required_argument, nullptr, 'S'},
                                            {"file", required_argument, nullptr, 'f'},
                                            {"kernel", required_argument, nullptr, kernel_option},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern status");
  std::string which, store, policy_file{kerneld::policy_path};
  bool json = false;
  for (int c; (c = ::getopt_long(argc, argv, "S:f:h", long_options, nullptr)) != -1;) {
    if (c == json_option) json = true;
    if (c == 'S') store = optarg;
    if (c == 'f') policy_file = optarg;
    if (c == kernel_option) which = optarg;
    if (c == 'h') return help(stdout), 0;
    if (c == '?') return help(stderr), 1;
  }
  if (optind < argc) return help(stderr), 1;
  const auto seen = look(which, store, policy_file);
  if (!seen) return messages.error(seen.error()), 1;
  if (json)
    fmt::print("{}", to_json(*seen));
  else
    print(*seen);
  return 0;
}

}  // namespace kmodern::cli
