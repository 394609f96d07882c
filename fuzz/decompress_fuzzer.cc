// gzip, xz and zstd data. Property: an error says that the data is damaged or too large, nothing
// else.
#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "module/decompress.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView bytes(std::as_bytes(std::span(data, size)));
  const auto how = module::compression_of(bytes);
  if (how == module::Compression::none) return -1;
  auto plain = module::decompress(how, bytes, "input.ko");
  if (!plain && plain.error().code != EILSEQ && plain.error().code != EFBIG &&
      plain.error().code != ENOMEM)
    std::abort();
  return 0;
}
