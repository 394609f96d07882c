#include "kernel/user/start.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "kernel/user/place.h"

namespace kmodern::kernel {

namespace {

constexpr auto patience = std::chrono::seconds(10);

// It will stand in another folder.
Result<std::string> absolute_root(const std::string& root) {
  if (root.empty()) return root;
  std::error_code error;
  auto absolute = std::filesystem::canonical(root, error);
  if (error) return fail_errno(error.value(), root, "cannot be entered");
  return absolute == "/" ? "" : absolute.string();
}

// Of a file that is given by its path; words that name no file stay as they are.
std::string absolute_file(const std::string& word) {
  std::error_code error;
  auto absolute = std::filesystem::canonical(word, error);
  return error ? word : absolute.string();
}

// In the child: a session of its own, so that Ctrl-C here doesn't end it.
[[noreturn]] void become_server(char* const* command, int report, pid_t starter) {
  if (starter != 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != starter) ::_exit(127);  // it has died already
  }
  ::setsid();
  int null = ::open("/dev/null", O_RDONLY);
  if (null >= 0) ::dup2(null, STDIN_FILENO);
  ::dup2(report, STDOUT_FILENO);
  ::dup2(report, STDERR_FILENO);
  (void)!::chdir("/");
  ::execv(command[0], command);
  ::_exit(127);
}

// What the server says until it is ready or closes the pipe.
std::string listen_to(int report) {
  std::string said;
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (!said.ends_with("ready\n")) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd ready{report, POLLIN, 0};
    if (left.count() <= 0) break;
    if (::poll(&ready, 1, static_cast<int>(left.count())) <= 0) continue;
    char text[512];
    ssize_t got = ::read(report, text, sizeof(text));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    said.append(text, static_cast<std::size_t>(got));
  }
  return said;
}

}  // namespace

Result<std::string> kernel_program() {
  std::error_code error;
  auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail_errno(error.value(), "/proc/self/exe", "cannot read");
  auto program = self.parent_path().parent_path() / "libexec/kmodern/ukernel";
  if (::access(program.c_str(), X_OK) != 0) {
    return fail_errno(errno, program, "cannot run the user-space kernel's program",
                      "build or install kmodern as a whole");
  }
  return program.string();
}

std::string modprobe_program() {
  std::string usual = "/sbin/modprobe";
  if (::access(usual.c_str(), X_OK) == 0) return usual;
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const auto& own : {folder / "modprobe", folder.parent_path() / "lib/kmodern/bin/modprobe"}) {
    if (!error && ::access(own.c_str(), X_OK) == 0) return own.string();
  }
  return usual;
}

Result<int> start_kernel(const StartOptions& options) {
  TRY(Place place, place_of(options.name));
  TRY(std::string program, kernel_program());
  std::vector<std::string> words = {program, place.name};
  TRY(std::string root, absolute_root(options.root));
  if (!options.release.empty()) {
    words.insert(words.end(), {"--release", options.release});
  }
  if (!root.empty()) words.insert(words.end(), {"--root", root});
  words.insert(words.end(), {"--sysctl", "modprobe=" + modprobe_program()});
  for (const std::string& one : options.sysctls) words.insert(words.end(), {"--sysctl", one});
  if (!options.allow_force) words.emplace_back("--no-force");
  if (!options.blacklist.empty()) words.insert(words.end(), {"--blacklist", options.blacklist});
  for (const std::string& key : options.keys)
    words.insert(words.end(), {"--key", absolute_file(key)});
  if (!options.signatures.empty()) words.insert(words.end(), {"--signatures", options.signatures});
  for (const std::string& one : options.revoked)
    words.insert(words.end(), {"--revoke", absolute_file(one)});
  std::vector<char*> command;
  command.reserve(words.size() + 1);
  for (std::string& word : words) command.push_back(word.data());
  command.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_errno(errno, place.name, "cannot make a pipe");
  unique_fd reader(ends[0]);
  unique_fd writer(ends[1]);
  const pid_t starter = options.ends_with_us ? ::getpid() : 0;
  pid_t child = ::fork();
  if (child < 0) return fail_errno(errno, place.name, "cannot start a process");
  if (child == 0) become_server(command.data(), writer.get(), starter);
  writer.reset();
  std::string said = listen_to(reader.get());
  if (said.ends_with("ready\n")) return child;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  while (said.ends_with('\n')) said.pop_back();
  return fail(ECHILD, "user:" + place.name,
              said.empty() ? "the kernel did not get ready" : "the kernel ended: " + said);
}

}  // namespace kmodern::kernel
