#include "ukernel/memory.h"

#include <fmt/core.h>
#include <sys/mman.h>

#include <cerrno>

namespace kmodern::ukernel {

namespace {

int protection_bits(elf::Protection protection, bool init_done, bool runs) {
  switch (protection) {
    case elf::Protection::text:
      return runs ? PROT_READ | PROT_EXEC : PROT_READ;
    case elf::Protection::rodata:
      return PROT_READ;
    case elf::Protection::ro_after_init:
      return init_done ? PROT_READ : PROT_READ | PROT_WRITE;
    case elf::Protection::data:
      return PROT_READ | PROT_WRITE;
  }
  return PROT_NONE;
}

link::Piece piece_of(const Pages& pages) {
  return {reinterpret_cast<std::uintptr_t>(pages.bytes().data()), pages.bytes()};
}

}  // namespace

LowArea::LowArea(PartPages pages, bool runs) : pages_(std::move(pages)), runs_(runs) {
  // What is empty has an address, too: a symbol may stand at its beginning.
  std::uint64_t end = 0;
  for (std::size_t kind = elf::protection_count; kind-- > 0;) {
    pieces_[kind] = piece_of(pages_[kind]);
    if (pieces_[kind].bytes.empty()) pieces_[kind].address = end;
    end = pieces_[kind].address;
  }
}

Result<void> LowArea::protect(bool init_done) {
  for (std::size_t kind = 0; kind < elf::protection_count; ++kind) {
    const auto protection = static_cast<elf::Protection>(kind);
    const int bits = protection_bits(protection, init_done, runs_);
    // Writable it is already; once init is done, only one kind is protected otherwise than before.
    if (pages_[kind].bytes().empty() || bits == (PROT_READ | PROT_WRITE)) continue;
    if (init_done && protection != elf::Protection::ro_after_init) continue;
    TRY_OK(pages_[kind].protect(0, pages_[kind].bytes().size(), bits));
  }
  return {};
}

LowBlock::LowBlock(Pages pages, bool runs) : pages_(std::move(pages)), runs_(runs) {
  pieces_[0] = piece_of(pages_);
}

Result<void> LowBlock::protect(std::size_t offset, std::size_t size, elf::Protection protection,
                               bool init_done) {
  if (size == 0) return {};
  return pages_.protect(offset, size, protection_bits(protection, init_done, runs_));
}

LowMemory::LowMemory(core::Core::CodePolicy policy) : runs_(policy == core::Core::CodePolicy::run) {
  for (auto& area : pools_)
    for (auto& pool : area) pool = std::make_shared<PagePool>();
}

std::size_t LowMemory::in_use() const {
  std::size_t sum = blocks_->in_use();
  for (const auto& area : pools_)
    for (const auto& pool : area) sum += pool->in_use();
  return sum;
}

std::unexpected<Error> LowMemory::no_room(std::string_view what, std::size_t size) const {
  return fail(
      ENOMEM, fmt::format("{} memory", what),
      fmt::format("no room for {} bytes below 2 GiB, where modules have {} in use", size, in_use()),
      "remove modules that are not needed");
}

Result<std::unique_ptr<link::Allocation>> LowMemory::allocate(elf::Area area,
                                                              const elf::AreaLayout& layout) {
  if (area == elf::Area::per_cpu && runs_) {
    return fail(ENOEXEC, "per-CPU data", "this kernel's core has no per-CPU areas",
                "build the module without DEFINE_PER_CPU");
  }
  if (layout.alignment > elf::page_size) {
    return fail(ENOEXEC, fmt::format("{} memory", elf::name(area)),
                fmt::format("wants an alignment of {} bytes, more than a page", layout.alignment));
  }
  LowArea::PartPages pages;
  for (std::size_t kind = 0; kind < elf::protection_count; ++kind) {
    const std::size_t size = layout.parts[kind].size;
    if (size == 0) continue;
    pages[kind] = Pages::take(pools_[static_cast<std::size_t>(area)][kind], size);
    if (pages[kind].bytes().empty()) return no_room(elf::name(area), layout.size);
  }
  return std::make_unique<LowArea>(std::move(pages), runs_);
}

Result<std::unique_ptr<LowBlock>> LowMemory::allocate_block(std::size_t size) {
  Pages pages = Pages::take(blocks_, size);
  if (pages.bytes().empty()) return no_room("module", size);
  return std::make_unique<LowBlock>(std::move(pages), runs_);
}

}  // namespace kmodern::ukernel
