// For the commands that only a user-space kernel has.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "kernel/user/user.h"

namespace kmodern::cli {

// The kernel that --kernel names: "user" or "user:NAME". An empty word means $KMODERN_KERNEL, but
// "user" where that is unset, "linux" or "record". Errors: EINVAL for another kernel; ECONNREFUSED.
Result<std::unique_ptr<kernel::UserKernel>> open_user_kernel(std::string_view which);

// For a command's --help, with its newline.
inline constexpr std::string_view user_kernel_help =
    "  -k, --kernel KERNEL   user (default) or user:NAME;\n"
    "                        also by the environment's KMODERN_KERNEL\n";

}  // namespace kmodern::cli
