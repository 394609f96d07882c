#include "module/decompress.h"

#include <fmt/core.h>
#include <libdeflate.h>
#include <lzma.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>

#include "base/fail_point.h"

namespace kmodern::module {

namespace {

constexpr std::uint64_t limit =
    1ull << 30;  // bytes; the largest module of any distribution is a 30th of it

// `offset`: how far into the compressed file the decoder came.
std::unexpected<Error> damaged(const std::string& path, Compression compression,
                               std::uint64_t offset, std::string_view why) {
  return fail(
      EILSEQ, path,
      fmt::format("at offset {:#x}: the {} data is damaged: {}", offset, name(compression), why),
      "install it again");
}

constexpr std::string_view cut_short = "the file ends in the middle of it";

std::string_view xz_complaint(lzma_ret status) {
  switch (status) {
    case LZMA_FORMAT_ERROR:
      return "no xz stream begins here";
    case LZMA_OPTIONS_ERROR:
      return "it has options that this liblzma does not know";
    default:
      return "it contradicts its checksums or itself";
  }
}

std::unexpected<Error> too_large(const std::string& path) {
  return fail(EFBIG, path, fmt::format("decompresses to more than {} bytes", limit));
}

// Memory that grows while a stream is decompressed into it.
class Growing {
 public:
  explicit Growing(std::uint64_t guess) { grow(std::clamp<std::uint64_t>(guess, 64 << 10, limit)); }

  std::byte* end() { return memory_.get() + used_; }
  std::size_t room() const { return capacity_ - used_; }
  void advance(std::size_t count) { used_ += count; }
  bool full() const { return capacity_ >= limit; }
  void grow() { grow(std::min<std::uint64_t>(capacity_ * 2, limit)); }
  Bytes take() { return Bytes::owned(std::move(memory_), used_); }

 private:
  void grow(std::uint64_t capacity) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(capacity);
    std::copy_n(memory_.get(), used_, larger.get());
    memory_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
};

Result<Bytes> inflate_zstd(ByteView bytes, const std::string& path) {
  // The frame may say its size; it is believed only as far as the input could really grow.
  std::uint64_t guess = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (guess >= ZSTD_CONTENTSIZE_ERROR || guess / 64 > bytes.size()) guess = bytes.size() * 4;
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (context == nullptr) return fail(ENOMEM, path, "no memory for the zstd decoder");
  Growing output(guess);
  ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
  std::size_t wanted = 1;
  while (wanted != 0 || in.pos < in.size) {
    if (output.room() == 0) {
      if (output.full()) return too_large(path);
      output.grow();
    }
    ZSTD_outBuffer out = {output.end(), output.room(), 0};
    wanted = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(wanted) != 0)
      return damaged(path, Compression::zstd, in.pos, ZSTD_getErrorName(wanted));
    output.advance(out.pos);
    if (wanted != 0 && in.pos == in.size && out.pos < out.size) {
      return damaged(path, Compression::zstd, in.pos, cut_short);
    }
  }
  return output.take();
}

Result<Bytes> inflate_xz(ByteView bytes, const std::string& path) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, UINT64_MAX, LZMA_CONCATENATED) != LZMA_OK) {
    return fail(ENOMEM, path, "no memory for the xz decoder");
  }
  std::unique_ptr<lzma_stream, decltype(&lzma_end)> closer(&stream, lzma_end);
  Growing output(bytes.size() * 6);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  while (true) {
    if (output.room() == 0) {
      if (output.full()) return too_large(path);
      output.grow();
    }
    const std::size_t room = output.room();
    stream.next_out = reinterpret_cast<std::uint8_t*>(output.end());
    stream.avail_out = room;
    lzma_ret status = lzma_code(&stream, LZMA_FINISH);
    output.advance(room - stream.avail_out);
    if (status == LZMA_STREAM_END) return output.take();
    if (status == LZMA_BUF_ERROR) return damaged(path, Compression::xz, stream.total_in, cut_short);
    if (status == LZMA_MEM_ERROR) return fail(ENOMEM, path, "no memory for the xz decoder");
    if (status != LZMA_OK)
      return damaged(path, Compression::xz, stream.total_in, xz_complaint(status));
  }
}

Result<Bytes> inflate_gzip(ByteView bytes, const std::string& path) {
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> context(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (context == nullptr) return fail(ENOMEM, path, "no memory for the gzip decoder");
  // The last 4 bytes of a member are its size modulo 2^32; believed only as far as deflate can grow
  // its input (1032:1).
  std::uint64_t guess = bytes.size() >= 4 ? *bytes.number<std::uint32_t>(bytes.size() - 4) : 0;
  if (guess / 1032 > bytes.size()) guess = bytes.size() * 4;
  Growing output(guess);
  ByteView rest = bytes;
  while (!rest.empty()) {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    auto status = libdeflate_gzip_decompress_ex(context.get(), rest.data(), rest.size(),
                                                output.end(), output.room(), &consumed, &produced);
    if (status == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (output.full()) return too_large(path);
      output.grow();
      continue;
    }
    if (status != LIBDEFLATE_SUCCESS)
      return damaged(path, Compression::gzip, bytes.size() - rest.size(),
                     "the stream that begins here cannot be decompressed");
    output.advance(produced);
    rest = *rest.from(consumed);
  }
  return output.take();
}

}  // namespace

Compression compression_of(ByteView bytes) {
  std::string_view text = bytes.text();
  if (text.starts_with("\x1f\x8b")) return Compression::gzip;
  if (text.starts_with(std::string_view("\xfd"
                                        "7zXZ\0",
                                        6)))
    return Compression::xz;
  if (text.starts_with("\x28\xb5\x2f\xfd")) return Compression::zstd;
  return Compression::none;
}

std::string_view suffix(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return ".gz";
    case Compression::xz:
      return ".xz";
    case Compression::zstd:
      return ".zst";
    case Compression::none:
      break;
  }
  return "";
}

std::string_view name(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return "gzip";
    case Compression::xz:
      return "xz";
    case Compression::zstd:
      return "zstd";
    case Compression::none:
      break;
  }
  return "none";
}

Result<Bytes> decompress(Compression compression, ByteView bytes, const std::string& path) {
  if (compression != Compression::none && fail_point("start a decompressor"))
    return fail(ENOMEM, path, "no memory for the decoder");
  switch (compression) {
    case Compression::gzip:
      return inflate_gzip(bytes, path);
    case Compression::xz:
      return inflate_xz(bytes, path);
    case Compression::zstd:
      return inflate_zstd(bytes, path);
    case Compression::none:
      break;
  }
  return Bytes::borrowed(bytes);
}

}  // namespace kmodern::module
