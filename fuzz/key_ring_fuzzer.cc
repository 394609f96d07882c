// A PKCS#7 message as it stands behind a module, verified by a ring that has the key of the corpus'
// messages. Property: nobody who lacks the key signs other content than those do.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/file.h"
#include "signing/key_ring.h"

using namespace kmodern;

namespace {

constexpr std::string_view certificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdTCCARugAwIBAgIUeKFVt5d4jSSVCCc0ApPQPY002wIwCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjExNDQ1MThaGA8yMTI2MTAyODE0NDUx\n"
    "OFowDzENMAsGA1UEAwwEZnV6ejBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFzU\n"
    "LMdyk8VR9z78WFUP8m5RlWR43Xu0eO/FJUlZPo59CNLrl2r/BfXhEk8Dmq4zKj/H\n"
    "VC7F9m4pvp4/tAamoBujUzBRMB0GA1UdDgQWBBR9MFM6xj6QvMR49mM6YXbIBgVo\n"
    "rzAfBgNVHSMEGDAWgBR9MFM6xj6QvMR49mM6YXbIBgVorzAPBgNVHRMBAf8EBTAD\n"
    "AQH/MAoGCCqGSM49BAMCA0gAMEUCIQCR4AZ16Va2MweUIJTKGU5sjvv01pkzpMk1\n"
    "+dHbJRCxZwIgaH05Pn+4Mwr9yCEYLjvMUCB7HI0LOGs6M2CeeXUZGwk=\n"
    "-----END CERTIFICATE-----\n";

signing::KeyRing* make_ring() {
  auto folder = TemporaryDirectory::create();
  if (!folder) std::abort();
  const std::string path = folder->path() + "/key.pem";
  auto file = AtomicFile::create(path);
  auto ring = std::make_unique<signing::KeyRing>();
  if (!file || !file->write(certificate) || !file->commit() || !ring->add(path)) std::abort();
  return ring.release();  // for as long as the program runs
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const signing::KeyRing* const ring = make_ring();
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const module::Signature signature = {.pkcs7 = Bytes::borrowed(ByteView(message))};
  if (ring->verify(ByteView("other content"), signature, "input.ko")) std::abort();
  return 0;
}
