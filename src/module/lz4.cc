#include "module/lz4.h"

#include <fmt/core.h>
#include <lz4.h>

#include <algorithm>
#include <cerrno>

namespace kmodern::module {

namespace {

constexpr std::uint32_t legacy_magic = 0x184c2102;
constexpr std::size_t block_limit = 8 << 20;       // bytes that a block decompresses to
constexpr std::uint64_t most_growth = 255;         // times: what a byte of lz4 can say at most
constexpr std::uint64_t image_limit = 1ull << 30;  // as of decompress()

std::unexpected<Error> damaged_lz4(const std::string& path, const std::string& why) {
  return fail(EILSEQ, path, "the lz4 data is damaged: " + why,
              "the file is damaged: install it again");
}

}  // namespace

bool is_lz4_legacy(ByteView bytes) { return bytes.number<std::uint32_t>(0) == legacy_magic; }

Result<Bytes> decompress_lz4_legacy(ByteView bytes, std::uint64_t size, const std::string& path) {
  if (size > image_limit || size / most_growth > bytes.size())
    return damaged_lz4(path, fmt::format("{} bytes cannot become {}", bytes.size(), size));
  auto memory = std::make_unique_for_overwrite<std::byte[]>(size);
  std::size_t done = 0;
  for (std::uint64_t at = 4; at < bytes.size();) {
    const auto length = bytes.number<std::uint32_t>(at);
    const auto block = bytes.slice(at + 4, length.value_or(UINT32_MAX));
    if (!block) return damaged_lz4(path, "it ends in the middle of a block");
    const int got = LZ4_decompress_safe(reinterpret_cast<const char*>(block->data()),
                                        reinterpret_cast<char*>(memory.get() + done),
                                        static_cast<int>(std::min<std::size_t>(*length, INT32_MAX)),
                                        static_cast<int>(std::min(block_limit, size - done)));
    if (got < 0) return damaged_lz4(path, fmt::format("its block at {:#x}", at));
    done += static_cast<std::size_t>(got);
    at += 4 + block->size();
  }
  if (done != size)
    return damaged_lz4(path, fmt::format("it has {} bytes where {} are said", done, size));
  return Bytes::owned(std::move(memory), size);
}

}  // namespace kmodern::module
