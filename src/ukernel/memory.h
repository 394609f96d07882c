// Memory for module images: whole pages below 2 GiB, where code built with -mcmodel=kernel can be
// (its R_X86_64_32S relocations hold sign-extended 32-bit addresses). No page is ever writable and
// executable at once.
//
// Text stands beside other modules' text, data beside their data, as in Linux since 6.4
// (kernel/module/main.c, enum mod_mem_type); here so that 40,000 modules are some hundred mappings.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "base/error.h"
#include "elf/layout.h"
#include "ukernel/core/core.h"
#include "ukernel/link/link.h"
#include "ukernel/page_pool.h"

namespace kmodern::ukernel {

// An area whose parts are in the pools of their kinds. Writable and not executable at first.
class LowArea final : public link::Allocation {
 public:
  using PartPages = std::array<Pages, elf::protection_count>;

  // `runs`: its code may be executed.
  LowArea(PartPages pages, bool runs);

  // Gives the pages of each part the protection of its kind: text read and, if it runs, execute;
  // rodata read, data read and write; ro_after_init read and write, or only read with `init_done`.
  Result<void> protect(bool init_done);

 private:
  PartPages pages_;
  bool runs_;
};

// An area in one piece, whose parts its user knows (create_module(2) gives one address). Writable
// and not executable at first.
class LowBlock final : public link::Allocation {
 public:
  LowBlock(Pages pages, bool runs);

  std::uint64_t address() const { return pieces_[0].address; }
  std::span<std::byte> bytes() const { return pieces_[0].bytes; }
  // As LowArea, the `size` bytes from `offset` on, which are whole pages.
  Result<void> protect(std::size_t offset, std::size_t size, elf::Protection protection,
                       bool init_done);

 private:
  Pages pages_;
  bool runs_;
};

class LowMemory final : public link::Memory {
 public:
  explicit LowMemory(core::Core::CodePolicy policy = core::Core::CodePolicy::run);

  // Errors: ENOMEM where no room is left below 2 GiB, with the bytes wanted and in use; ENOEXEC for
  // a per-CPU area of code that runs: no core offers these yet. (Code that is only linked needs the
  // addresses alone.)
  Result<std::unique_ptr<link::Allocation>> allocate(elf::Area area,
                                                     const elf::AreaLayout& layout) override;
  // Errors: ENOMEM.
  Result<std::unique_ptr<LowBlock>> allocate_block(std::size_t size);

  // Bytes of all areas that exist now.
  std::size_t in_use() const;

 private:
  std::unexpected<Error> no_room(std::string_view what, std::size_t size) const;

  bool runs_;
  // Shared with the areas, which may outlive this. Init has pools of its own: what goes at once
  // leaves no holes between what stays.
  std::array<std::array<std::shared_ptr<PagePool>, elf::protection_count>, elf::area_count> pools_;
  std::shared_ptr<PagePool> blocks_ = std::make_shared<PagePool>();
};

}  // namespace kmodern::ukernel
