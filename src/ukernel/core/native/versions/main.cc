// A step of building the native core: the versions of what it exports (module/kernel_types.h).
//   native-versions types INCLUDE OUTPUT OBJECT...    writes the C file that names the exports'
//   types native-versions table TYPES.o OUTPUT OBJECT...    writes the C file with their versions
// OBJECT... are the API's, whose EXPORT_SYMBOL says what is exported.
#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "base/file.h"
#include "module/kernel_types.h"
#include "module/module.h"

namespace {

using namespace kmodern;

Result<std::vector<std::string>> exports_of(std::span<char*> objects) {
  std::vector<std::string> names;
  for (const char* path : objects) {
    TRY(module::ModuleFile file, module::ModuleFile::open(path));
    TRY(auto exports, file.exports());
    for (const module::Export& one : exports) names.emplace_back(one.name);
  }
  std::ranges::sort(names);
  return names;
}

Result<void> run(std::string_view what, const std::string& input, const std::string& output,
                 std::span<char*> objects) {
  TRY(std::vector<std::string> exports, exports_of(objects));
  std::string text;
  if (what == "types") {
    TRY(text, module::kernel_types_source(input, exports));
  } else {
    TRY(auto types, module::open_types(input));
    TRY(text, module::kernel_versions_source(*types, exports));
  }
  TRY(AtomicFile file, AtomicFile::create(output));
  TRY_OK(file.write(text));
  return file.commit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5)
    return fmt::print(stderr, "usage: native-versions types|table IN OUT OBJECT...\n"), 1;
  auto done = run(argv[1], argv[2], argv[3], std::span(argv + 4, argv + argc));
  if (!done) fmt::print(stderr, "native-versions: {}\n", describe(done.error()));
  return done ? 0 : 1;
}
