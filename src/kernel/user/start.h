// Starts the server of a user-space kernel, the program libexec/kmodern/ukernel.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace kmodern::kernel {

struct StartOptions {
  std::string name;
  // The release of an installed kernel that it shall stand for: its modules are linked, their code
  // is not run. Empty: a kernel for modules built with the SDK, whose code runs.
  std::string release;
  // The folder below which its modules are installed; empty: /.
  std::string root;
  // What its files in /proc/sys/kernel are to hold: "modprobe=/sbin/modprobe".
  std::vector<std::string> sysctls;
  // False: it loads and removes nothing by force, whatever a caller asks.
  bool allow_force = true;
  // Names of modules that it does not load, as module_blacklist= of a real kernel's command line:
  // "one,two"; empty: none.
  std::string blacklist;
  // What it wants of signatures; nothing set: it looks for none.
  std::vector<std::string> keys;     // files of certificates whose keys it trusts
  std::string signatures;            // "enforce": what they did not sign is refused; or "taint"
  std::vector<std::string> revoked;  // SHA-256 of files that it refuses, or files of such
  // It ends with the thread that starts it, even if that is killed.
  bool ends_with_us = false;
};

// The program of the user-space kernel that belongs to this one: it stands at the same place
// relative to it in a build folder and when installed. Errors: ENOENT, EACCES if it cannot be run.
Result<std::string> kernel_program();

// The program that a kernel runs to have modules loaded, if it is told of none: /sbin/modprobe as
// in Linux, or where there is none, that of this kmodern.
std::string modprobe_program();

// Starts it and waits until it answers; its process. It is a session of its own and outlives this
// process unless told otherwise. Errors: EADDRINUSE if one of that name runs; ENOENT if the program
// is not installed; ECHILD with what it said if it ended, or said nothing for ten seconds.
Result<int> start_kernel(const StartOptions& options);

}  // namespace kmodern::kernel
