// lz4's legacy format, in which some distributions' kernel images are compressed (Debian's for
// clouds; no modules are). Format: lz4_Frame_format.md of lz4, "Legacy frame".
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace kmodern::module {

bool is_lz4_legacy(ByteView bytes);

// `size`: of what comes out, which the format does not tell. Errors name `path`: EILSEQ for damaged
// data or another size.
Result<Bytes> decompress_lz4_legacy(ByteView bytes, std::uint64_t size, const std::string& path);

}  // namespace kmodern::module
