// Module files come plain or compressed by gzip, xz or zstd.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace kmodern::module {

enum class Compression { none, gzip, xz, zstd };

// By the first bytes of the file.
Compression compression_of(ByteView bytes);

// ".gz", ".xz", ".zst"; empty for none.
std::string_view suffix(Compression compression);

// "gzip", "xz", "zstd", "none", as /sys/module/compression names them.
std::string_view name(Compression compression);

// The whole of it, decompressed. Errors name `path`: EILSEQ for damaged data, EFBIG beyond 1 GiB,
// ENOMEM.
Result<Bytes> decompress(Compression compression, ByteView bytes, const std::string& path);

}  // namespace kmodern::module
