#include "elf/layout.h"

#include <fmt/core.h>

#include <algorithm>

namespace kmodern::elf {
namespace {

constexpr std::uint64_t largest_area = 1ull << 30;

// Read by the loader while it loads, of no use afterwards: kernel/module/main.c
// (rewrite_section_headers) takes their ALLOC flag away.
bool only_for_the_loader(std::string_view name) {
  return name == ".modinfo" || name.starts_with("__version");
}

bool loaded(const Section& section) {
  return section.allocated() && section.type != SHT_NULL && !only_for_the_loader(section.name);
}

Area area_of(const Section& section) {
  if (section.name == ".data..percpu") return Area::per_cpu;
  return section.name.starts_with(".init") ? Area::init : Area::core;
}

Protection protection_of(const Section& section) {
  if (section.flags & SHF_EXECINSTR) return Protection::text;
  // Written while the module is loaded, by code patching, and by its init.
  if (section.name == ".data..ro_after_init" || section.name == "__jump_table")
    return Protection::ro_after_init;
  return section.flags & SHF_WRITE ? Protection::data : Protection::rodata;
}

// Alignments are powers of two up to largest_area; offsets are at most twice that.
std::uint64_t align_up(std::uint64_t offset, std::uint64_t alignment) {
  return (offset + alignment - 1) & ~(alignment - 1);
}

Result<void> check(const Object& object, const Section& section) {
  if ((section.flags & SHF_WRITE) && (section.flags & SHF_EXECINSTR))
    return fail(ENOEXEC, object.path(),
                fmt::format("section {} (index {}) has invalid WRITE|EXEC flags", section.name,
                            section.index));
  if (section.size > largest_area || section.alignment > largest_area)
    return fail(ENOEXEC, object.path(),
                fmt::format("section {} (index {}) wants {} bytes aligned to {}, more than any "
                            "module area holds",
                            section.name, section.index, section.size, section.alignment));
  return {};
}

// Places the sections of one part behind what the area holds already.
Result<void> add_part(const Object& object, Area which, Protection protection, Layout& layout) {
  AreaLayout& area = layout.areas[static_cast<std::size_t>(which)];
  Part& part = area.parts[static_cast<std::size_t>(protection)];
  part.offset = area.size;
  std::uint64_t end = area.size;
  for (const Section& section : object.sections()) {
    if (!loaded(section) || area_of(section) != which || protection_of(section) != protection)
      continue;
    end = align_up(end, section.alignment);
    layout.sections[section.index] = Place{which, protection, end};
    area.alignment = std::max(area.alignment, section.alignment);
    end += section.size;
    if (end > largest_area)
      return fail(
          ENOEXEC, object.path(),
          fmt::format("its {} sections need more than {} bytes", name(which), largest_area));
  }
  area.size = align_up(end, page_size);
  part.size = area.size - part.offset;
  return {};
}

}  // namespace

std::string_view name(Area area) {
  constexpr std::array<std::string_view, area_count> names = {"core", "init", "per-CPU"};
  return names[static_cast<std::size_t>(area)];
}

Result<Layout> lay_out(const Object& object) {
  for (const Section& section : object.sections())
    if (loaded(section)) TRY_OK(check(object, section));

  Layout layout;
  layout.sections.resize(object.sections().size());
  for (Area area : {Area::core, Area::init, Area::per_cpu})
    for (Protection protection :
         {Protection::text, Protection::rodata, Protection::ro_after_init, Protection::data})
      TRY_OK(add_part(object, area, protection, layout));
  if (layout.area(Area::core).size == 0)
    return fail(ENOEXEC, object.path(), "nothing in it would be loaded into memory",
                "give the .ko file that kbuild makes");
  return layout;
}

}  // namespace kmodern::elf
