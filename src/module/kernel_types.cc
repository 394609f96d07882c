#include "module/kernel_types.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "module/dwarf_types.h"

namespace kmodern::module {

namespace fs = std::filesystem;

Result<std::string> kernel_types_source(const std::string& include,
                                        std::span<const std::string> exports) {
  std::vector<std::string> headers;
  std::error_code code;
  for (fs::recursive_directory_iterator entry(include + "/linux", code), end; !code && entry != end;
       entry.increment(code)) {
    if (entry->path().extension() == ".h")
      headers.push_back(fs::relative(entry->path(), include).string());
  }
  if (code) {
    return fail_errno(code.value(), include + "/linux", "cannot read",
                      "give the folder include of the SDK");
  }
  std::ranges::sort(headers);
  std::string text = "/* Written by kmodern: the types of what the kernel exports. */\n";
  for (const std::string& header : headers) text += fmt::format("#include <{}>\n", header);
  for (const std::string& name : exports)
    text += fmt::format("typeof({0}) *{1}{0};\n", name, type_mark);
  return text;
}

Result<std::string> kernel_versions_source(const TypeSource& types,
                                           std::span<const std::string> exports) {
  std::string text = fmt::format(
      "/* Written by kmodern: the versions of what the kernel exports. */\n"
      "struct modversion_info {{ unsigned long crc; char name[64 - sizeof(unsigned long)]; }};\n"
      "__attribute__((used, section(\"{}\"))) static const struct modversion_info versions[] = "
      "{{\n",
      kernel_versions_section);
  for (const std::string& name : exports) {
    TRY(SymbolType type, type_of(types, name));
    text += version_entry(name, type.version());
  }
  return text + "};\n";
}

std::string version_entry(std::string_view symbol, std::uint32_t crc) {
  constexpr std::size_t longest = 64 - sizeof(std::uint64_t) - 1;
  if (symbol.size() > longest) return {};
  return fmt::format("\t{{ {:#010x}, \"{}\" }},\n", crc, symbol);
}

}  // namespace kmodern::module
