// The signature that is appended to a module file: PKCS#7 data, a 12-byte description, and a
// marker. Source: Linux's include/linux/module_signature.h, scripts/sign-file.c.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "elf/elf.h"

namespace kmodern::module {

struct Signature {
  std::uint64_t signed_size = 0;   // bytes of the file that the signature covers
  Bytes pkcs7;                     // the PKCS#7 message (DER)
  std::string id_type = "PKCS#7";  // what the description says it is
  // Of the message's signer; empty where it could not be read.
  std::string signer;          // the common name of the issuer
  std::string key_id;          // raw bytes of the serial number
  std::string hash_algorithm;  // "sha256"
  std::string signature;       // raw bytes
};

inline constexpr std::string_view signature_marker = "~Module signature appended~\n";

// Finds the trailer at the end of a module file; nullopt if there is none. Errors: EBADMSG with the
// offset of what is wrong. Reads only the trailer and does not look into the message.
Result<std::optional<Signature>> find_signature(const elf::Input& file);

// Fills signer, key_id, hash_algorithm and signature from the message. Nothing is verified. Errors:
// EBADMSG where the message cannot be read.
Result<void> read_signer(Signature& signature, const std::string& path);

}  // namespace kmodern::module
