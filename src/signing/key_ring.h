// The keys that a kernel trusts to sign modules: certificates (X.509), and what they signed all the
// same but is revoked. The messages are those of Linux's scripts/sign-file: PKCS#7 SignedData of
// content that is elsewhere, whose signer is named by issuer and serial number or by the subject
// key identifier. A certificate is what an administrator gave: neither its dates nor who signed it
// are looked at, as in certs/system_keyring.c.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ukernel/verifier.h"

struct x509_st;  // libcrypto's X509

namespace kmodern::signing {

class KeyRing final : public ukernel::Verifier {
 public:
  KeyRing();

  // All certificates of a file: PEM, where other things may stand between them, or one in DER.
  // Errors: those of reading it; EBADMSG if there is no certificate in it, or a damaged one.
  Result<void> add(const std::string& path);
  // Those of an installed kernel's image (boot/vmlinuz-*), which trusts what its own build signed.
  // Unpacking it takes half a second: it is read when the first signature is verified. What is
  // wrong with it, the errors of verify() say then: the kernel has not these keys.
  void add_kernel(std::string image) { image_ = std::move(image); }
  // Certificates that were read from such an image already, each in DER.
  void add_kernel_certificates(std::span<const std::string> certificates);
  // The SHA-256 of a module file in hexadecimal, or the path of a file with one at the start of
  // each line, as sha256sum(1) writes it; empty lines and those that begin with '#' do not count.
  // Errors: those of reading it; EINVAL with the line that has none.
  Result<void> revoke(const std::string& digest_or_path);

  Result<void> verify(ByteView content, const module::Signature& signature,
                      const std::string& path) const override;
  std::optional<std::string> revoked(ByteView file) const override;

 private:
  struct Free {
    void operator()(x509_st* certificate) const;
  };

  void read_kernel() const;
  void add_from_kernel(ByteView certificate) const;
  std::string names() const;

  std::string image_;  // empty: none
  mutable std::once_flag image_read_;
  mutable std::string image_error_;
  // Added to by image_read_ at last.
  mutable std::vector<std::unique_ptr<x509_st, Free>> certificates_;
  std::set<std::string, std::less<>> revoked_;  // in lower case
};

// Whether a word is a SHA-256 in hexadecimal.
bool is_digest(std::string_view word);

}  // namespace kmodern::signing
