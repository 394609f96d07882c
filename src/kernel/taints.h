// Taints in words. Letters: Documentation/admin-guide/tainted-kernels.rst.
#pragma once

#include <string>
#include <string_view>

namespace kmodern::kernel {

// "O out-of-tree module, E unsigned module" for "OE"; empty for no letters.
std::string taints_in_words(std::string_view letters);

}  // namespace kmodern::kernel
