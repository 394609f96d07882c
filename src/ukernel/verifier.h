// Who knows whether a module's signature is good. Cryptography stands above the kernel, so that
// programs that never start one need no library for it: see signing/key_ring.h.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "module/signature.h"

namespace kmodern::ukernel {

// Asked by any number of threads at once.
class Verifier {
 public:
  virtual ~Verifier() = default;

  // That one of its keys signed `content` with this PKCS#7 message. Errors, as of
  // verify_pkcs7_signature() in certs/system_keyring.c: ENOKEY if it does not have the key, ENOPKG
  // for an algorithm that it does not know, EBADMSG for what is no message or holds content of its
  // own, EKEYREJECTED if the content is not what was signed.
  virtual Result<void> verify(ByteView content, const module::Signature& signature,
                              const std::string& path) const = 0;

  // The SHA-256 of a whole file with its signature, in hexadecimal, if it is revoked.
  virtual std::optional<std::string> revoked(ByteView file) const = 0;
};

}  // namespace kmodern::ukernel
