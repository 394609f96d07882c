// Binary indexes: any bytes give answers or errors, in time proportional to their size.
#include "database/index_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace kmodern;
  ByteView bytes(std::as_bytes(std::span(data, size)));
  auto reader = database::IndexReader::from_memory(bytes, "fuzz.bin");
  if (!reader) return 0;
  (void)reader->find("ext4");
  (void)reader->match("pci:v00008086d00001234sv00000000sd00000000bc03sc00i00");
  (void)reader->for_each([](std::string_view, const database::IndexValue&) { return true; });
  return 0;
}
