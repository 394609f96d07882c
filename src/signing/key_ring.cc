#include "signing/key_ring.h"

#include <fmt/core.h>
#include <openssl/cms.h>
#include <openssl/cmserr.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pemerr.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "module/kernel_image.h"

namespace kmodern::signing {

namespace {

constexpr std::uint64_t key_file_limit = 1 << 20;
constexpr std::uint64_t revoked_file_limit = 64 << 20;

template <auto function>
struct Deleter {
  void operator()(auto* what) const { function(what); }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Message = std::unique_ptr<CMS_ContentInfo, Deleter<CMS_ContentInfo_free>>;
// Borrows the certificates.
using Certificates =
    std::unique_ptr<STACK_OF(X509), Deleter<[](STACK_OF(X509) * stack) { sk_X509_free(stack); }>>;

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes.span())
    text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

std::string hex(const ASN1_STRING* value) {
  const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(value));
  return hex(std::string_view(data, static_cast<std::size_t>(ASN1_STRING_length(value))));
}

std::string common_name(const X509_NAME* name) {
  char text[256];
  const int size = X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof(text));
  return size < 0 ? "(no common name)" : std::string(text);
}

Bio reader_of(ByteView bytes) {
  if (bytes.size() > INT_MAX) return nullptr;
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// What CMS_verify() reads: not memory itself. Of that it makes a BIO of its own, which OpenSSL 3.0
// leaks where the message names a digest that it does not know.
Bio content_of(ByteView bytes) {
  Bio reader = reader_of(bytes);
  Bio filter(BIO_new(BIO_f_null()));
  if (reader == nullptr || filter == nullptr) return nullptr;
  BIO_push(filter.get(), reader.release());
  return filter;
}

std::unexpected<Error> no_memory(const std::string& path) {
  return fail(ENOMEM, path, "no memory to verify its signature");
}

Result<Message> parse(const module::Signature& signature, const std::string& path) {
  const ByteView bytes = signature.pkcs7;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* end = at + bytes.size();
  Message message(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(bytes.size())));
  std::string_view wrong;
  if (message == nullptr)
    wrong = "cannot be read";
  else if (at != end)
    wrong = "has something behind it";
  else if (OBJ_obj2nid(CMS_get0_type(message.get())) != NID_pkcs7_signed)
    wrong = "is of another kind: nothing is signed by it";
  else if (CMS_is_detached(message.get()) != 1)
    wrong = "has content of its own";
  else if (sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(message.get())) <= 0)
    wrong = "has no signer";
  if (wrong.empty()) return message;
  return fail(EBADMSG, path,
              fmt::format("its PKCS#7 signature at offset {:#x} {}", signature.signed_size, wrong),
              "install it again, or sign it again (scripts/sign-file)");
}

// Why a message that is well formed, by a key that is known, was refused.
std::unexpected<Error> refused(const std::string& path, const std::string& signer) {
  bool unsupported = false;
  bool memory = false;
  while (const unsigned long error = ERR_get_error()) {
    const int reason = ERR_GET_REASON(error);
    memory |= reason == ERR_R_MALLOC_FAILURE;
    unsupported |= reason == ERR_R_UNSUPPORTED;
    unsupported |= ERR_GET_LIB(error) == ERR_LIB_CMS && reason == CMS_R_UNKNOWN_DIGEST_ALGORITHM;
  }
  if (memory) return no_memory(path);
  if (unsupported) {
    return fail(ENOPKG, path, fmt::format("is signed by {} with an unknown algorithm", signer),
                "sign it again, with sha256");
  }
  return fail(EKEYREJECTED, path,
              fmt::format("is not what {} signed: it was changed afterwards", signer),
              "install it again, or sign it again (scripts/sign-file)");
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

void KeyRing::Free::operator()(x509_st* certificate) const { X509_free(certificate); }

// What a kernel trusts is not to depend on a configuration file of libcrypto.
KeyRing::KeyRing() { OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr); }

Result<void> KeyRing::add(const std::string& path) {
  TRY(const std::string text, read_file(path, key_file_limit));
  const Bio reader = reader_of(ByteView(text));
  if (reader == nullptr) return fail(ENOMEM, path, "no memory to read it");
  const std::size_t before = certificates_.size();
  const bool pem = text.find("-----BEGIN") != std::string::npos;
  while (X509* one = pem ? PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)
                         : d2i_X509_bio(reader.get(), nullptr))
    certificates_.emplace_back(one);
  // The end of a PEM file is where no other block begins; anything else is a damaged one.
  const bool damaged = pem && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (damaged) return fail(EBADMSG, path, "has a damaged block in it: not all certificates read");
  if (certificates_.size() != before) return {};
  return fail(EBADMSG, path, "has no X.509 certificate in it, neither PEM nor DER",
              "give the certificate that belongs to the signing key (openssl req -x509)");
}

Result<void> KeyRing::revoke(const std::string& digest_or_path) {
  if (is_digest(digest_or_path)) {
    revoked_.insert(lower_case(digest_or_path));
    return {};
  }
  TRY(const std::string text, read_file(digest_or_path, revoked_file_limit));
  int number = 0;
  for (const std::string_view line : lines(text)) {
    ++number;
    const auto words = split(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (!is_digest(words[0])) {
      return fail(EINVAL, fmt::format("{}:{}", digest_or_path, number),
                  "does not begin with a SHA-256: 64 hexadecimal digits", "write it by sha256sum");
    }
    revoked_.insert(lower_case(words[0]));
  }
  return {};
}

// What cannot be read is no key: no signature names it.
void KeyRing::add_from_kernel(ByteView certificate) const {
  const auto* at = reinterpret_cast<const unsigned char*>(certificate.data());
  if (X509* one = d2i_X509(nullptr, &at, static_cast<long>(certificate.size())))
    certificates_.emplace_back(one);
  ERR_clear_error();
}

void KeyRing::add_kernel_certificates(std::span<const std::string> certificates) {
  for (const std::string& one : certificates) add_from_kernel(ByteView(one));
}

void KeyRing::read_kernel() const {
  const auto read = [&]() -> Result<void> {
    TRY(auto image, module::KernelImage::open(image_));
    TRY(const auto list, image.certificates());
    if (list.empty()) return fail(ENOKEY, image_, "has no certificates in it");
    for (const ByteView one : list) add_from_kernel(one);
    return {};
  };
  if (auto done = read(); !done) image_error_ = fmt::format("{}: {}", image_, done.error().reason);
}

// "'Test key' (serial 1f, key 2e)": both of the ways in which a signature may name it.
std::string KeyRing::names() const {
  std::string text;
  for (const auto& one : certificates_) {
    const ASN1_OCTET_STRING* key = X509_get0_subject_key_id(one.get());
    text += fmt::format("{}'{}' (serial {}{})", text.empty() ? "" : ", ",
                        common_name(X509_get_subject_name(one.get())),
                        hex(X509_get0_serialNumber(one.get())),
                        key == nullptr ? "" : ", key " + hex(key));
  }
  if (text.empty()) text = "no keys";
  return image_error_.empty() ? text : fmt::format("{} ({})", text, image_error_);
}

Result<void> KeyRing::verify(ByteView content, const module::Signature& signature,
                             const std::string& path) const {
  if (!image_.empty()) std::call_once(image_read_, [this] { read_kernel(); });
  ERR_clear_error();
  TRY(const Message message, parse(signature, path));
  module::Signature read = {.signed_size = signature.signed_size,
                            .pkcs7 = Bytes::borrowed(signature.pkcs7)};
  TRY_OK(module::read_signer(read, path));
  const std::string signer =
      fmt::format("key {}{}", hex(std::string_view(read.key_id)),
                  read.signer.empty() ? "" : fmt::format(" of '{}'", read.signer));
  if (read.hash_algorithm.empty())
    return fail(ENOPKG, path, fmt::format("is signed by {} with an unknown digest", signer),
                "sign it again, with sha256");

  const Certificates candidates(sk_X509_new_null());
  const Bio reader = content_of(content);
  if (candidates == nullptr || reader == nullptr) return no_memory(path);
  const auto* signers = CMS_get0_SignerInfos(message.get());
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    const auto known = std::ranges::find_if(certificates_, [&](const auto& one) {
      return CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(signers, i), one.get()) == 0;
    });
    if (known == certificates_.end()) {
      return fail(ENOKEY, path, fmt::format("is signed by {}; this kernel has {}", signer, names()),
                  "start the kernel with the certificate of that key (--key), or sign the module "
                  "by a key that it has");
    }
    if (sk_X509_push(candidates.get(), known->get()) == 0) return no_memory(path);
  }
  constexpr unsigned flags = CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY | CMS_NOINTERN;
  if (CMS_verify(message.get(), candidates.get(), nullptr, reader.get(), nullptr, flags) != 1)
    return refused(path, signer);
  return {};
}

std::optional<std::string> KeyRing::revoked(ByteView file) const {
  if (revoked_.empty()) return std::nullopt;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(file.data()), file.size(), digest);
  std::string text = hex(ByteView(std::as_bytes(std::span(digest))));
  if (!revoked_.contains(text)) return std::nullopt;
  return text;
}

bool is_digest(std::string_view word) {
  return word.size() == std::size_t{2} * SHA256_DIGEST_LENGTH &&
         word.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace kmodern::signing
