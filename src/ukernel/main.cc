// The program of the user-space kernel: `ukernel NAME [OPTION...]` serves the kernel
// of that name until it is told to end; with a release, one that stands for the kernel VER. Its
// modules are those installed below DIR. It says "ready" on stdout when it can be
// reached; `kmodern kernel start` waits for that. What stops it before is said
// on stderr.
#include <fcntl.h>
#include <fmt/core.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "fuse/mounts.h"
#include "kernel/user/place.h"
#include "kernel/user/redirects.h"
#include "module/installed.h"
#include "signing/key_ring.h"
#include "supervisor/helper.h"
#include "supervisor/supervised_kernel.h"
#include "ukernel/core/native/native.h"
#include "ukernel/core/stock/stock.h"
#include "ukernel/server.h"
#include "ukernel/ukernel.h"

namespace {

using namespace kmodern;

ukernel::Server* running = nullptr;  // for the signal handler

void on_signal(int) {
  if (running != nullptr) running->stop();
}

void handle_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

// From here on the starter is not spoken to; what a crash prints is kept for
// whoever looks into it.
void leave_the_starter(const kernel::Place& place) {
  unique_fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  unique_fd errors(
      ::open(place.errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (null) {
    ::dup2(null.get(), STDIN_FILENO);
    ::dup2(null.get(), STDOUT_FILENO);
  }
  if (errors) ::dup2(errors.get(), STDERR_FILENO);
}

struct Arguments {
  std::string name;
  std::string release;
  std::string root;
  ukernel::BootOptions boot;
  std::vector<std::string> keys;     // certificate files
  std::vector<std::string> revoked;  // digests, and files of them
  std::vector<std::string> sysctls;  // "modprobe=/sbin/modprobe"
  bool checks_signatures = false;
};

Result<std::shared_ptr<const ukernel::Verifier>> make_key_ring(
    const Arguments& arguments, const std::optional<core::StockKernel>& stock) {
  const std::string image = arguments.release.empty()
                                ? std::string()
                                : module::image_path(arguments.root, arguments.release);
  const bool has_image = !image.empty() && ::access(image.c_str(), R_OK) == 0;
  if (!arguments.checks_signatures && !has_image) return nullptr;
  auto ring = std::make_shared<signing::KeyRing>();
  if (stock && stock->certificates)
    ring->add_kernel_certificates(*stock->certificates);
  else if (has_image)
    ring->add_kernel(image);
  for (const std::string& path : arguments.keys) TRY_OK(ring->add(path));
  for (const std::string& one : arguments.revoked) TRY_OK(ring->revoke(one));
  return ring;
}

Result<std::unique_ptr<core::Core>> make_core(std::optional<core::StockKernel> stock) {
  if (!stock) return core::make_native_core();
  return core::make_stock_core(std::move(*stock), core::make_native_core());
}

supervisor::Options supervision(const std::vector<kernel::Redirect>& redirects) {
  supervisor::Options options;
  for (const kernel::Redirect& one : redirects) options.redirects.push_back({one.from, one.to});
  return options;
}

// As "sysctl.kernel.NAME=VALUE" on the command line of a real kernel.
Result<void> set(ukernel::Ukernel& kernel, const std::vector<std::string>& sysctls) {
  for (const std::string& one : sysctls) {
    const std::size_t sign = one.find('=');
    if (sign == std::string::npos) return fail(EINVAL, "--sysctl " + one, "is not NAME=VALUE");
    TRY_OK(kernel.view().write("/proc/sys/kernel/" + one.substr(0, sign), one.substr(sign + 1)));
  }
  return {};
}

Result<void> serve(const Arguments& arguments) {
  TRY(kernel::Place place, kernel::place_of(arguments.name));
  std::optional<core::StockKernel> stock;
  if (!arguments.release.empty()) {
    TRY(stock, core::read_stock_kernel(arguments.root, arguments.release));
  }
  ukernel::BootOptions boot = arguments.boot;
  boot.root = arguments.root;
  TRY(boot.signatures, make_key_ring(arguments, stock));
  TRY(auto core, make_core(std::move(stock)));
  TRY(auto kernel, ukernel::Ukernel::start(std::move(core), std::move(boot)));
  fuse::Mounts mounts(*kernel);
  kernel->before_unload([&] { mounts.settle(); });
  supervisor::SupervisedKernel served(
      *kernel,
      [&](const std::string& path, int flags, const supervisor::Caller& opener) {
        return mounts.open(path, flags, {opener.pid, opener.gone});
      },
      [&](supervisor::MountCall call, const supervisor::Caller& caller) {
        return mounts.mount({.type = std::move(call.type),
                             .source = std::move(call.source),
                             .file = std::move(call.image),
                             .options = std::move(call.options),
                             .asks = call.asks},
                            caller.pid, call.folder, call.flags);
      });
  auto supervise = [&](int listener, const std::vector<kernel::Redirect>& redirects) {
    return supervisor::supervise(listener, served, supervision(redirects));
  };
  const supervisor::Options own = supervision(kernel::redirects_below(arguments.root));
  kernel->requests().run_helpers_by([&](const auto& command, auto& events) {
    supervisor::run_helper(command, events, served, own);
  });
  TRY_OK(set(*kernel, arguments.sysctls));
  auto mount = [&](unique_fd connection) { return mounts.serve(std::move(connection)); };
  TRY(auto server, ukernel::Server::start(*kernel, place, {supervise, mount}));
  running = server.get();
  handle_signals();
  fmt::print("ready\n");
  std::fflush(stdout);
  leave_the_starter(place);
  server->wait();
  // As a power switch: no client, no module code is waited for.
  ::unlink(place.socket.c_str());
  ::_exit(0);
}

// "one,two": names as modules have them, with underscores.
void add_to_blacklist(std::string_view names, std::vector<std::string>& blacklist) {
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    if (!name.empty()) blacklist.emplace_back(name);
    names.remove_prefix(std::min(name.size() + 1, names.size()));
  }
}

int usage() {
  fmt::print(
      stderr,
      "Usage: ukernel NAME [--release VER] [--root DIR] [--no-force] [--blacklist NAME,...]\n"
      "               [--sysctl NAME=VALUE]...\n"
      "               [--key FILE]... [--signatures enforce|taint] [--revoke SHA256|FILE]...\n"
      "`kmodern kernel start NAME` starts it for you.\n");
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  static constexpr option long_options[] = {{"release", required_argument, nullptr, 'R'},
                                            {"root", required_argument, nullptr, 'r'},
                                            {"no-force", no_argument, nullptr, 'F'},
                                            {"blacklist", required_argument, nullptr, 'B'},
                                            {"key", required_argument, nullptr, 'K'},
                                            {"signatures", required_argument, nullptr, 'S'},
                                            {"revoke", required_argument, nullptr, 'V'},
                                            {"sysctl", required_argument, nullptr, 's'},
                                            {}};
  Arguments arguments;
  for (int c; (c = ::getopt_long(argc, argv, "", long_options, nullptr)) != -1;) {
    const std::string_view word = optarg == nullptr ? "" : optarg;
    if (c == 'R')
      arguments.release = optarg;
    else if (c == 'r')
      arguments.root = optarg;
    else if (c == 'F')
      arguments.boot.allow_force = false;
    else if (c == 'B')
      add_to_blacklist(optarg, arguments.boot.blacklist);
    else if (c == 's')
      arguments.sysctls.emplace_back(optarg);
    else if (c == 'K')
      arguments.keys.emplace_back(optarg);
    else if (c == 'S' && (word == "enforce" || word == "taint"))
      arguments.boot.enforce_signatures = word == "enforce";
    else if (c == 'V')
      arguments.revoked.emplace_back(optarg);
    else
      return usage();
    arguments.checks_signatures |= c == 'K' || c == 'S' || c == 'V';
  }
  if (argc - optind != 1) return usage();
  arguments.name = argv[optind];
  ::umask(077);
  // Folders that programs read are real ones, as many as there are modules: not on a disk, please.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  if (auto served = serve(arguments); !served) {
    fmt::print(stderr, "{}\n", describe(served.error()));
    return 1;
  }
  return 0;
}
