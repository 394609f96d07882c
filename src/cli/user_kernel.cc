#include "cli/user_kernel.h"

#include <cerrno>
#include <cstdlib>

namespace kmodern::cli {

Result<std::unique_ptr<kernel::UserKernel>> open_user_kernel(std::string_view which) {
  if (which.empty()) {
    const char* variable = std::getenv("KMODERN_KERNEL");
    which =
        variable != nullptr && std::string_view(variable).starts_with("user") ? variable : "user";
  }
  if (which == "user") return kernel::UserKernel::connect("");
  if (which.starts_with("user:")) return kernel::UserKernel::connect(which.substr(5));
  return fail(EINVAL, std::string(which), "this command works on user-space kernels only",
              "give user or user:NAME");
}

}  // namespace kmodern::cli
