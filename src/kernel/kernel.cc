#include "kernel/kernel.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdlib>

#include "kernel/linux/linux.h"
#include "kernel/record/record.h"
#include "kernel/user/user.h"

namespace kmodern::kernel {

std::string_view name(State state) {
  switch (state) {
    case State::live:
      return "live";
    case State::coming:
      return "coming";
    case State::going:
      return "going";
  }
  return "unknown";
}

Result<std::unique_ptr<Kernel>> open(std::string_view which) {
  std::string_view origin = "--kernel";
  if (which.empty()) {
    const char* variable = std::getenv("KMODERN_KERNEL");
    which = variable != nullptr && *variable != '\0' ? variable : "linux";
    origin = "KMODERN_KERNEL";
  }
  if (which == "linux") return open_linux();
  if (which == "record") return std::make_unique<RecordKernel>();
  if (which == "user") return open_user({});
  if (which.starts_with("user:") && which != "user:") return open_user(which.substr(5));
  return fail(EINVAL, fmt::format("{} {}", origin, which), "there is no such kernel",
              "give linux, user, user:NAME or record");
}

}  // namespace kmodern::kernel
