#include "cli/user_kernel.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdlib>

namespace kmodern::cli {

Result<std::unique_ptr<kernel::UserKernel>> open_user_kernel(std::string_view which) {
  const char* variable = std::getenv("KMODERN_KERNEL");
  const bool by_variable = which.empty() && variable != nullptr;
  if (by_variable) which = variable;
  // In the variable the other kernels are meant for other commands.
  if (which.empty() || (by_variable && (which == "linux" || which == "record"))) which = "user";
  if (which == "user") return kernel::UserKernel::connect("");
  if (which.starts_with("user:") && which != "user:")
    return kernel::UserKernel::connect(which.substr(5));
  return fail(EINVAL, fmt::format("{} {}", by_variable ? "KMODERN_KERNEL" : "--kernel", which),
              "this command works on user-space kernels only", "give user or user:NAME");
}

}  // namespace kmodern::cli
