#include "ukernel/core/native/exports.h"

#include <cstdint>
#include <unordered_map>

namespace kmodern::core {

namespace {

// Each field is relative to itself; see sdk/include/linux/export.h.
struct ExportEntry {
  std::int32_t value;
  std::int32_t name;
  std::int32_t symbol_namespace;
};

// struct modversion_info: see module/kernel_types.h.
struct Version {
  unsigned long crc;
  char name[64 - sizeof(unsigned long)];
};

std::uintptr_t target(const std::int32_t& field) {
  return reinterpret_cast<std::uintptr_t>(&field) +
         static_cast<std::uintptr_t>(static_cast<std::intptr_t>(field));
}

const char* text(const std::int32_t& field) { return reinterpret_cast<const char*>(target(field)); }

}  // namespace

// The linker gives the bounds of sections whose names are C identifiers.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
extern const ExportEntry __start___ksymtab[], __stop___ksymtab[];
extern const ExportEntry __start___ksymtab_gpl[] __attribute__((weak));
extern const ExportEntry __stop___ksymtab_gpl[] __attribute__((weak));
extern const Version __start___kernel_versions[], __stop___kernel_versions[];
}
// NOLINTEND(bugprone-reserved-identifier)

std::vector<Export> api_exports() {
  std::unordered_map<std::string_view, std::uint32_t> versions;
  for (const Version* one = __start___kernel_versions; one != __stop___kernel_versions; ++one)
    versions.emplace(one->name, static_cast<std::uint32_t>(one->crc));
  std::vector<Export> result;
  auto add = [&result, &versions](const ExportEntry* begin, const ExportEntry* end, bool gpl_only) {
    for (const ExportEntry* entry = begin; entry != end; ++entry) {
      auto version = versions.find(text(entry->name));
      result.push_back(
          {.name = text(entry->name),
           .address = target(entry->value),
           .crc = version == versions.end() ? std::nullopt : std::optional(version->second),
           .gpl_only = gpl_only,
           .symbol_namespace = text(entry->symbol_namespace)});
    }
  };
  add(__start___ksymtab, __stop___ksymtab, false);
  add(__start___ksymtab_gpl, __stop___ksymtab_gpl, true);
  return result;
}

}  // namespace kmodern::core
