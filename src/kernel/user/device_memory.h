// Memory of a device in a user-space kernel, mapped into this process: the kernel and this process
// see each other's writes at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"

namespace kmodern::kernel {

class DeviceMemory {
 public:
  // One run of whole pages in the kernel's file of memory; nullopt: nothing is there.
  struct Piece {
    std::optional<std::uint64_t> offset;
    std::size_t size = 0;  // bytes
  };

  // `protection`: PROT_READ, PROT_WRITE of mmap(2). Errors: EPROTO for pieces that are no whole
  // pages, mmap(2)'s.
  static Result<DeviceMemory> map(int file, const std::vector<Piece>& pieces, int protection);
  DeviceMemory(DeviceMemory&& other) noexcept;
  DeviceMemory& operator=(DeviceMemory&&) = delete;
  ~DeviceMemory();

  // Touching what has nothing behind it is SIGSEGV.
  std::span<std::byte> bytes() const { return bytes_; }
  // How many bytes from the beginning have something behind them.
  std::size_t backed() const { return backed_; }

 private:
  DeviceMemory(std::span<std::byte> bytes, std::size_t backed) : bytes_(bytes), backed_(backed) {}
  std::span<std::byte> bytes_;
  std::size_t backed_;
};

}  // namespace kmodern::kernel
