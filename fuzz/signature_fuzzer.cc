// The end of a file, with the marker of a signature put behind it so that the reader goes on, and
// the PKCS#7 message given to libcrypto. Property: the signed part and the message fill the file up
// to the description.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "module/signature.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string file(reinterpret_cast<const char*>(data), size);
  file += module::signature_marker;
  auto signature = module::find_signature(elf::Input::memory(ByteView(file), "input.ko"));
  if (!signature || !*signature) return 0;
  if ((*signature)->signed_size + (*signature)->pkcs7.size() + 12 != size) std::abort();
  (void)module::read_signer(**signature, "input.ko");
  return 0;
}
