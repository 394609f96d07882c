// What makes a kernel, or a module, less than trustworthy for a bug report: bits, letters, words.
// Source: Documentation/admin-guide/tainted-kernels.rst.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace kmodern::kernel {

// The text of /proc/sys/kernel/tainted: a number, a bit for each taint. Errors: EBADMSG naming
// `path`.
Result<std::uint64_t> parse_tainted(std::string_view text, std::string_view path);

// "OE": the letters of the bits that are set, lowest first. Bit 0 has none while it is not set (an
// oops shows a G there).
std::string taint_letters(std::uint64_t mask);

// "out-of-tree module" for 'O'; empty for a letter that is none.
std::string_view taint_word(char letter);

// "O out-of-tree module, E unsigned module" for "OE"; empty for no letters.
std::string taints_in_words(std::string_view letters);

}  // namespace kmodern::kernel
