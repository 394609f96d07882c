#include "ukernel/core/native/exports.h"

#include <cstdint>

namespace kmodern::core {

namespace {

// Each field is relative to itself; see sdk/include/linux/export.h.
struct Entry {
  std::int32_t value;
  std::int32_t name;
  std::int32_t symbol_namespace;
};

std::uintptr_t target(const std::int32_t& field) {
  return reinterpret_cast<std::uintptr_t>(&field) +
         static_cast<std::uintptr_t>(static_cast<std::intptr_t>(field));
}

const char* text(const std::int32_t& field) { return reinterpret_cast<const char*>(target(field)); }

}  // namespace

// The linker gives the bounds of sections whose names are C identifiers.
extern "C" {
extern const Entry __start___ksymtab[], __stop___ksymtab[];
extern const Entry __start___ksymtab_gpl[] __attribute__((weak));
extern const Entry __stop___ksymtab_gpl[] __attribute__((weak));
}

std::vector<Export> api_exports() {
  std::vector<Export> result;
  auto add = [&result](const Entry* begin, const Entry* end, bool gpl_only) {
    for (const Entry* entry = begin; entry != end; ++entry) {
      result.push_back({.name = text(entry->name),
                        .address = target(entry->value),
                        .crc = std::nullopt,
                        .gpl_only = gpl_only,
                        .symbol_namespace = text(entry->symbol_namespace)});
    }
  };
  add(__start___ksymtab, __stop___ksymtab, false);
  add(__start___ksymtab_gpl, __stop___ksymtab_gpl, true);
  return result;
}

}  // namespace kmodern::core
