// A whole module file, plain: ELF, .modinfo, exports, imports, versions, signature, build id.
// Property: whatever is given back lies in memory (every byte of every string is touched), and an
// error names the file and says something.
#include <cstdint>
#include <cstdlib>

#include "module/module.h"

using namespace kmodern;

namespace {

volatile unsigned sink;

void touch(std::string_view text) {
  unsigned sum = 0;
  for (char character : text) sum += static_cast<unsigned char>(character);
  sink = sum;
}

template <typename T>
bool well(const Result<T>& result) {
  if (!result && (result.error().subject != "input.ko" || result.error().reason.empty()))
    std::abort();
  return result.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView image(std::as_bytes(std::span(data, size)));
  if (module::compression_of(image) != module::Compression::none)
    return -1;  // decompress_fuzzer's part
  auto file = module::ModuleFile::from_memory(image, "input.ko");
  if (!well(file)) return 0;
  for (const elf::Section& section : file->object().sections()) touch(section.name);
  if (auto info = file->modinfo(); well(info)) {
    for (const auto& parameter : module::parameters(*info))
      touch(parameter.name), touch(parameter.description);
  }
  if (auto exports = file->exports(); well(exports)) {
    for (const auto& symbol : *exports) touch(symbol.name), touch(symbol.symbol_namespace);
  }
  if (auto imports = file->imports(); well(imports)) {
    for (const auto& symbol : *imports) touch(symbol.name);
  }
  if (auto id = file->build_id(); well(id)) touch(*id);
  if (auto signature = file->signature(); well(signature) && *signature)
    touch((*signature)->pkcs7.view().text());
  return 0;
}
