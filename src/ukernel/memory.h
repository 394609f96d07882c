// Memory for module images: areas of whole pages below 2 GiB, where code built with
// -mcmodel=kernel can be (its R_X86_64_32S relocations hold sign-extended 32-bit addresses).
// No page is ever writable and executable at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "base/error.h"
#include "elf/layout.h"
#include "ukernel/core/core.h"
#include "ukernel/link/link.h"

namespace kmodern::ukernel {

// The end of the addresses that a sign-extended 32-bit number reaches.
inline constexpr std::uintptr_t low_end = std::uintptr_t{1} << 31;

// A mapping of its own; its end unmaps it. Writable and not executable at first.
class LowArea final : public link::Allocation {
 public:
  // `runs`: its code may be executed.
  LowArea(std::byte* begin, std::size_t size, bool runs,
          std::shared_ptr<std::atomic<std::size_t>> in_use);
  LowArea(const LowArea&) = delete;
  LowArea& operator=(const LowArea&) = delete;
  ~LowArea() override;

  // Gives the pages of each part the protection of its kind: text read and, if it runs, execute;
  // rodata read,
  // data read and write; ro_after_init read and write, or only read once `init_done`.
  Result<void> protect(const elf::AreaLayout& layout, bool init_done);

 private:
  bool runs_;
  std::shared_ptr<std::atomic<std::size_t>> in_use_;
};

class LowMemory final : public link::Memory {
 public:
  explicit LowMemory(core::Core::CodePolicy policy = core::Core::CodePolicy::run)
      : runs_(policy == core::Core::CodePolicy::run) {}

  // Errors: ENOMEM where no room is left below 2 GiB, with the bytes wanted and in use; ENOEXEC for
  // a per-CPU area of code that runs: no core offers these yet. (Code that is only linked needs the
  // addresses alone.)
  Result<std::unique_ptr<link::Allocation>> allocate(elf::Area area,
                                                     const elf::AreaLayout& layout) override;

  // Bytes of all areas that exist now.
  std::size_t in_use() const { return *in_use_; }

 private:
  bool runs_;
  // Shared with the areas, which may outlive this.
  std::shared_ptr<std::atomic<std::size_t>> in_use_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace kmodern::ukernel
