// Where the sections of a relocatable object go in memory. Pure: sizes and offsets, no memory.
//
// As kernel/module/main.c (layout_sections) does it: what is needed only until init has run stands
// apart from what stays, and each of the two is four parts that differ in how their pages are
// protected. Each part begins on a page of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "elf/elf.h"

namespace kmodern::elf {

inline constexpr std::uint64_t page_size = 4096;

// The memories that an object falls into; each is allocated and freed as a whole.
enum class Area : std::uint8_t {
  core,     // stays until the module goes
  init,     // .init*: freed after init
  per_cpu,  // .data..percpu: the initial content of every processor's copy
};
inline constexpr std::size_t area_count = 3;

enum class Protection : std::uint8_t {
  text,           // read and execute
  rodata,         // read
  ro_after_init,  // read and write until init has run, then read
  data,           // read and write
};
inline constexpr std::size_t protection_count = 4;

// A run of whole pages, relative to its area; size 0 if nothing is in it.
struct Part {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct AreaLayout {
  std::uint64_t size = 0;               // bytes, a multiple of page_size; 0: not needed
  std::uint64_t alignment = page_size;  // of its address; a power of two
  std::array<Part, protection_count> parts;

  const Part& part(Protection protection) const {
    return parts[static_cast<std::size_t>(protection)];
  }
};

struct Place {
  Area area = Area::core;
  Protection protection = Protection::data;
  std::uint64_t offset = 0;  // in the area
};

struct Layout {
  std::array<AreaLayout, area_count> areas;
  std::vector<std::optional<Place>> sections;  // by section index; nullopt: not loaded

  const AreaLayout& area(Area which) const { return areas[static_cast<std::size_t>(which)]; }
};

// "core", "init", "per-CPU".
std::string_view name(Area area);

// Errors: ENOEXEC for a section that is both writable and executable, for an object without
// anything to load, and for a size beyond 1 GiB in one area (no module address could reach it).
Result<Layout> lay_out(const Object& object);

}  // namespace kmodern::elf
