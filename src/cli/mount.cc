// kmodern mount: the files of a user-space kernel as a filesystem. The kernel's process serves it;
// the process of this command stays only to take the mount away when the kernel is gone.
#include <fcntl.h>
#include <fmt/core.h>
#include <getopt.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/user_kernel.h"
#include "fuse/attach.h"

namespace kmodern::cli {
namespace {

void help(std::FILE* to) {
  fmt::print(
      to,
      "Usage: kmodern mount [options] DIR\n"
      "Mounts the files of a user-space kernel at the folder DIR: /dev, /proc and /sys with\n"
      "what its modules made there. `umount DIR` or `fusermount3 -u DIR` takes it away; so\n"
      "does the kernel's end.\n"
      "\n"
      "{}"
      "  -f, --foreground      stay in the foreground; Ctrl-C unmounts\n"
      "      --allow-other     other users may enter, too (for an ordinary user's mount,\n"
      "                        /etc/fuse.conf must permit it)\n"
      "  -h, --help            show this help\n",
      user_kernel_help);
}

struct Options {
  std::string_view kernel;
  std::string folder;
  bool foreground = false;
  bool allow_other = false;
};

// Signals that end this command, as a descriptor.
Result<unique_fd> take_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  ::sigprocmask(SIG_BLOCK, &ends, nullptr);
  unique_fd signals(::signalfd(-1, &ends, SFD_CLOEXEC));
  if (!signals) return fail_errno(errno, "kmodern mount", "cannot wait for signals");
  return signals;
}

// Until it is unmounted, by whomever.
Result<void> stay(kernel::UserKernel& kernel, const Options& options, const unique_fd& signals) {
  std::array<pollfd, 2> ends = {{{kernel.socket(), POLLIN, 0}, {signals.get(), POLLIN, 0}}};
  while (::poll(ends.data(), ends.size(), -1) < 0 && errno == EINTR) continue;
  if (ends[1].revents != 0) return fuse::detach(options.folder);
  auto ended = kernel.mount_ended();
  if (!ended && fuse::is_dead(options.folder)) (void)fuse::detach(options.folder);
  return ended;
}

// The rest is a child's; this process ends when the mount answers.
Result<void> go_to_background(const std::string& folder) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return fail_errno(errno, "kmodern mount", "cannot go to the background");
  if (child > 0) {
    struct stat status;
    if (::stat(folder.c_str(), &status) == 0) ::_exit(0);
    return fail_errno(errno, folder, "the kernel does not serve the mount");
  }
  ::setsid();
  (void)!::chdir("/");
  const unique_fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null.get(), standard);
  return {};
}

Result<void> mount(const Options& options) {
  TRY(auto kernel, open_user_kernel(options.kernel));
  TRY(unique_fd signals, take_signals());
  TRY(unique_fd connection,
      fuse::attach(options.folder, {kernel->describe(), options.allow_other}));
  if (auto started = kernel->start_mount(std::move(connection)); !started) {
    (void)fuse::detach(options.folder);
    return started;
  }
  if (!options.foreground) {
    TRY_OK(go_to_background(options.folder));
  }
  return stay(*kernel, options, signals);
}

}  // namespace

int mount_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"kernel", required_argument, nullptr, 'k'},
                                            {"foreground", no_argument, nullptr, 'f'},
                                            {"allow-other", no_argument, nullptr, 'o'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {}};
  Messages messages("kmodern mount");
  Options options;
  for (int c; (c = ::getopt_long(argc, argv, "k:fh", long_options, nullptr)) != -1;) {
    if (c == 'k')
      options.kernel = optarg;
    else if (c == 'f')
      options.foreground = true;
    else if (c == 'o')
      options.allow_other = true;
    else
      return c == 'h' ? (help(stdout), 0) : (help(stderr), 1);
  }
  if (argc - optind != 1) return help(stderr), 1;
  std::error_code error;
  options.folder = std::filesystem::canonical(argv[optind], error);
  if (error) {
    messages.error("{}: {}", argv[optind], error.message());
    return 1;
  }
  if (auto mounted = mount(options); !mounted) return messages.error(mounted.error()), 1;
  return 0;
}

}  // namespace kmodern::cli
