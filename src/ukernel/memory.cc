#include "ukernel/memory.h"

#include <fmt/core.h>
#include <sys/mman.h>

#include <cerrno>

#include "base/fail_point.h"

namespace kmodern::ukernel {

namespace {

std::byte* map_low(std::size_t size) {
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (fail_point("map module memory")) return nullptr;
  // The kernel searches for MAP_32BIT only between 1 and 2 GiB...
  void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags | MAP_32BIT, -1, 0);
  if (at != MAP_FAILED) return static_cast<std::byte*>(at);
  // ...below that the search is ours.
  constexpr std::uintptr_t first = 0x10000000;
  constexpr std::uintptr_t step = 0x100000;
  for (std::uintptr_t hint = first; size <= low_end - hint && hint < low_end; hint += step) {
    at = ::mmap(reinterpret_cast<void*>(hint), size, PROT_READ | PROT_WRITE,
                flags | MAP_FIXED_NOREPLACE, -1, 0);
    if (at != MAP_FAILED) return static_cast<std::byte*>(at);
    if (errno != EEXIST) return nullptr;
  }
  return nullptr;
}

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

}  // namespace

LowArea::LowArea(std::byte* begin, std::size_t size, bool runs,
                 std::shared_ptr<std::atomic<std::size_t>> in_use)
    : Allocation(reinterpret_cast<std::uintptr_t>(begin), std::span(begin, size)),
      runs_(runs),
      in_use_(std::move(in_use)) {
  *in_use_ += size;
}

LowArea::~LowArea() {
  ::munmap(bytes_.data(), bytes_.size());
  *in_use_ -= bytes_.size();
}

Result<void> LowArea::protect(const elf::AreaLayout& layout, bool init_done) {
  for (std::size_t kind = 0; kind < elf::protection_count; ++kind) {
    const elf::Part& part = layout.parts[kind];
    if (part.size == 0) continue;
    int bits = protection_bits(static_cast<elf::Protection>(kind), init_done, runs_);
    const bool fails = fail_point("protect module memory") && (errno = ENOMEM);
    if (fails || ::mprotect(bytes_.data() + part.offset, part.size, bits) != 0) {
      const int code = errno;
      return fail_errno(code, fmt::format("memory at {:#x}", address_ + part.offset),
                        fmt::format("cannot protect {} bytes", part.size),
                        code == ENOMEM ? "raise vm.max_map_count (sysctl): a module has three or "
                                         "four mappings"
                                       : "");
    }
  }
  return {};
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
  std::byte* begin = layout.size < low_end ? map_low(layout.size) : nullptr;
  if (begin == nullptr) {
    return fail(ENOMEM, fmt::format("{} memory", elf::name(area)),
                fmt::format("no room for {} bytes below 2 GiB, where modules have {} in use",
                            layout.size, in_use()),
                "remove modules that are not needed");
  }
  return std::make_unique<LowArea>(begin, layout.size, runs_, in_use_);
}

}  // namespace kmodern::ukernel
