#include "kernel/user/device_memory.h"

#include <sys/mman.h>

#include <cerrno>
#include <utility>

namespace kmodern::kernel {

namespace {

constexpr std::size_t page = 4096;
constexpr std::uint64_t most = std::uint64_t{1} << 40;

bool is_whole_pages(const DeviceMemory::Piece& piece) {
  const std::uint64_t offset = piece.offset.value_or(0);
  return piece.size != 0 && piece.size % page == 0 && piece.size <= most && offset % page == 0 &&
         offset <= most;
}

}  // namespace

Result<DeviceMemory> DeviceMemory::map(int file, const std::vector<Piece>& pieces, int protection) {
  std::size_t size = 0;
  for (const Piece& piece : pieces) {
    size += is_whole_pages(piece) ? piece.size : 0;
    if (!is_whole_pages(piece) || size > most)
      return fail(EPROTO, "mmap", "the kernel's answer is not of whole pages");
  }
  void* begin = size == 0 ? MAP_FAILED
                          : ::mmap(nullptr, size, PROT_NONE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (begin == MAP_FAILED) return fail_errno(size == 0 ? EPROTO : errno, "mmap", "cannot map");
  DeviceMemory memory({static_cast<std::byte*>(begin), size}, size);
  std::byte* at = memory.bytes_.data();
  bool backed = true;
  std::size_t done = 0;
  for (const Piece& piece : pieces) {
    if (piece.offset && ::mmap(at + done, piece.size, protection, MAP_SHARED | MAP_FIXED, file,
                               static_cast<off_t>(*piece.offset)) == MAP_FAILED)
      return fail_errno(errno, "mmap", "cannot map");
    if (backed && !piece.offset) memory.backed_ = done;
    backed = backed && piece.offset;
    done += piece.size;
  }
  return memory;
}

DeviceMemory::DeviceMemory(DeviceMemory&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), backed_(other.backed_) {}

DeviceMemory::~DeviceMemory() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

}  // namespace kmodern::kernel
