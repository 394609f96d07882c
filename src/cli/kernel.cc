// kmodern kernel: starts, stops and shows user-space kernels.
#include <fmt/core.h>
#include <fmt/format.h>
#include <getopt.h>

#include <cerrno>
#include <span>

#include "cli/commands.h"
#include "cli/options.h"
#include "kernel/taints.h"
#include "kernel/user/place.h"
#include "kernel/user/start.h"
#include "kernel/user/user.h"

namespace kmodern::cli {
namespace {

using kernel::UserKernel;

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern kernel start [OPTION...] [NAME]\n"
      "       kmodern kernel stop|status [NAME]\n"
      "       kmodern kernel list\n"
      "\n"
      "A user-space kernel loads modules into a process of its own. NAME tells several\n"
      "apart; it is 'default' if not given. Tools reach it by --kernel user (or user:NAME).\n"
      "\n"
      "  start   start it, and wait until it answers\n"
      "  stop    end it, with all its modules\n"
      "  status  say whether it runs, and how it is\n"
      "  list    list the kernels that run\n"
      "\n"
      "  -R, --release VER   start one that stands for the installed kernel VER: its modules\n"
      "                      are linked, but their code is not run\n"
      "  -r, --root DIR      its modules are installed below this folder, not below /\n"
      "      --sysctl NAME=VALUE\n"
      "                      write VALUE to /proc/sys/kernel/NAME before it answers\n"
      "      --no-force      load and remove nothing by force, whoever asks\n"
      "      --blacklist NAME[,NAME...]\n"
      "                      do not load modules of these names\n"
      "      --key FILE      trust modules that this X.509 certificate's key signed\n"
      "      --signatures enforce|taint\n"
      "                      refuse what no such key signed, or (default) mark it with E\n"
      "      --revoke SHA256|FILE\n"
      "                      refuse this signed file, or those that FILE lists\n"
      "  -h, --help          show this help\n");
}

bool is_signature_policy(std::string_view word) { return word == "enforce" || word == "taint"; }

Result<int> running_pid(std::string_view name) {
  TRY(auto kernel, UserKernel::connect(name));
  TRY(auto status, kernel->status());
  return status.pid;
}

// `told`: options for the start were given.
Result<void> start(const kernel::StartOptions& options, bool told) {
  if (auto pid = running_pid(options.name)) {
    if (told) {
      return fail(EBUSY, "user:" + options.name,
                  fmt::format("is running already (pid {}): it takes no options any more", *pid),
                  fmt::format("`kmodern kernel stop {}` first, or start one of another name",
                              options.name));
    }
    fmt::print("user:{} is running already (pid {})\n", options.name, *pid);
    return {};
  }
  TRY(int pid, kernel::start_kernel(options));
  fmt::print("user:{} is running (pid {})\n", options.name, pid);
  return {};
}

Result<void> stop(const std::string& name) {
  TRY(auto kernel, UserKernel::connect_to_stop(name));
  TRY_OK(kernel->stop());
  fmt::print("user:{} is stopped\n", name);
  return {};
}

Result<void> show(const std::string& name) {
  TRY(auto kernel, UserKernel::connect(name));
  TRY(auto status, kernel->status());
  fmt::print("user:{} is running\n", name);
  fmt::print("  pid       {}\n", status.pid);
  fmt::print("  release   {}\n", status.release);
  fmt::print("  vermagic  {}\n", status.vermagic);
  fmt::print("  uptime    {:.3f} s\n", static_cast<double>(status.uptime) / 1e6);
  fmt::print("  modules   {}, {} bytes\n", status.modules, status.memory);
  fmt::print("  taints    {}\n",
             status.taints.empty() ? "-" : kernel::taints_in_words(status.taints));
  if (!status.faulted.empty()) fmt::print("  faulted   {}\n", fmt::join(status.faulted, " "));
  TRY(auto nodes, kernel->nodes());
  if (!nodes.empty()) fmt::print("  devices   {}\n", fmt::join(nodes, " "));
  return {};
}

Result<void> list() {
  TRY(auto names, kernel::running_kernels());
  for (const std::string& name : names) {
    auto pid = running_pid(name);
    if (pid)
      fmt::print("user:{} (pid {})\n", name, *pid);
    else
      fmt::print("user:{} ({})\n", name, pid.error().reason);
  }
  return {};
}

}  // namespace

int kernel_main(int argc, char** argv) {
  Messages messages("kmodern kernel");
  static constexpr option long_options[] = {
      {"release", required_argument, nullptr, 'R'}, {"root", required_argument, nullptr, 'r'},
      {"no-force", no_argument, nullptr, 'F'},      {"blacklist", required_argument, nullptr, 'B'},
      {"key", required_argument, nullptr, 'K'},     {"signatures", required_argument, nullptr, 'S'},
      {"revoke", required_argument, nullptr, 'V'},  {"sysctl", required_argument, nullptr, 's'},
      {"help", no_argument, nullptr, 'h'},          {}};
  kernel::StartOptions options;
  for (int c; (c = ::getopt_long(argc, argv, "R:r:h", long_options, nullptr)) != -1;) {
    if (c == 'R')
      options.release = optarg;
    else if (c == 'r')
      options.root = optarg;
    else if (c == 'F')
      options.allow_force = false;
    else if (c == 'B')
      options.blacklist += (options.blacklist.empty() ? "" : ",") + std::string(optarg);
    else if (c == 's')
      options.sysctls.emplace_back(optarg);
    else if (c == 'K')
      options.keys.emplace_back(optarg);
    else if (c == 'S' && is_signature_policy(optarg))
      options.signatures = optarg;
    else if (c == 'V')
      options.revoked.emplace_back(optarg);
    else
      return c == 'h' ? (help(stdout), 0) : (help(stderr), 1);
  }
  std::span<char*> words(argv + optind, static_cast<std::size_t>(argc - optind));
  std::string_view verb = words.empty() ? "" : words[0];
  if (words.empty() || words.size() > (verb == "list" ? 1 : 2)) return help(stderr), 1;

  std::string name(words.size() == 2 ? std::string_view(words[1]) : kernel::default_kernel_name);
  if (name.starts_with("user:")) name.erase(0, 5);
  options.name = name;
  const bool for_signatures =
      !options.keys.empty() || !options.signatures.empty() || !options.revoked.empty();
  const bool for_start = !options.release.empty() || !options.allow_force ||
                         !options.blacklist.empty() || for_signatures || !options.root.empty() ||
                         !options.sysctls.empty();
  if (for_start && verb != "start") return help(stderr), 1;
  Result<void> done;
  if (verb == "start")
    done = start(options, for_start);
  else if (verb == "stop")
    done = stop(name);
  else if (verb == "status")
    done = show(name);
  else if (verb == "list")
    done = list();
  else
    return help(stderr), 1;
  if (!done) return messages.error(done.error()), 1;
  return 0;
}

}  // namespace kmodern::cli
