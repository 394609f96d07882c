#include "module/signature.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "module/der.h"

namespace kmodern::module {

namespace {

constexpr std::size_t description_size = 12;  // struct module_signature
constexpr unsigned id_type_pkcs7 = 2;

std::string id_type_name(unsigned type) {
  switch (type) {
    case 0:
      return "PGP";
    case 1:
      return "X509";
    case id_type_pkcs7:
      return "PKCS#7";
    default:
      return fmt::format("unknown ({})", type);
  }
}

using std::string_view_literals::operator""sv;

constexpr std::string_view common_name = "\x55\x04\x03"sv;  // 2.5.4.3

// Digest algorithms by their object identifiers, with the names that Linux gives them.
constexpr std::pair<std::string_view, std::string_view> digests[] = {
    {"\x2a\x86\x48\x86\xf7\x0d\x02\x04"sv, "md4"},
    {"\x2a\x86\x48\x86\xf7\x0d\x02\x05"sv, "md5"},
    {"\x2b\x0e\x03\x02\x1a"sv, "sha1"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv, "sha256"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, "sha384"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, "sha512"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x04"sv, "sha224"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x08"sv, "sha3-256"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x09"sv, "sha3-384"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x0a"sv, "sha3-512"},
    {"\x2a\x81\x1c\xcf\x55\x01\x83\x11"sv, "sm3"},
};

// Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value }
std::string common_name_in(std::string_view name) {
  DerReader sets(name);
  while (auto one = sets.next()) {
    DerReader attributes(one->contents);
    while (auto attribute = attributes.next()) {
      DerReader fields(attribute->contents);
      if (fields.next(der::object_identifier) != common_name) continue;
      if (auto value = fields.next()) return std::string(value->contents);
    }
  }
  return {};
}

// The first signer's SignerInfo in a ContentInfo that holds SignedData (RFC 2315, RFC 5652);
// nullopt for anything else.
std::optional<std::string_view> signer_info(std::string_view message) {
  DerReader outer(message);
  auto content_info = outer.next(der::sequence);
  if (!content_info) return std::nullopt;
  DerReader info(*content_info);
  info.next(der::object_identifier);
  auto wrapped = info.next(der::context_0);
  if (!wrapped) return std::nullopt;
  DerReader inner(*wrapped);
  auto signed_data = inner.next(der::sequence);
  if (!signed_data) return std::nullopt;
  DerReader fields(*signed_data);
  if (!fields.next(der::integer) || !fields.next(der::set) || !fields.next(der::sequence))
    return std::nullopt;
  while (auto field = fields.next()) {  // certificates and revocation lists may stand before
    if (field->tag == der::set) return DerReader(field->contents).next(der::sequence);
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<Signature>> find_signature(const elf::Input& file) {
  const std::uint64_t trailer_size =
      std::min<std::uint64_t>(file.size(), description_size + signature_marker.size());
  TRY(Bytes trailer, file.read(file.size() - trailer_size, trailer_size));
  if (!trailer.view().text().ends_with(signature_marker)) return std::optional<Signature>();
  const std::uint64_t at = file.size() - trailer_size;  // of the description
  auto bad = [&](std::uint64_t offset, std::string_view what) {
    return fail(EBADMSG, file.path(), fmt::format("at offset {:#x}: {}", offset, what),
                "the file is damaged or badly signed: install it again, or sign it again with "
                "scripts/sign-file");
  };
  if (trailer_size < description_size + signature_marker.size())
    return bad(0, "no room for a signature's description");

  // struct module_signature: algo, hash, id_type, signer_len, key_id_len, 3 bytes of padding,
  // big-endian sig_len.
  const ByteView description = trailer;
  const auto type = *description.number<std::uint8_t>(2);
  const auto size = *description.number<std::uint32_t>(8, std::endian::big);
  if (size > at)
    return bad(at + 8,
               fmt::format("a signature of {} bytes, where only {} stand before it", size, at));
  if (type == id_type_pkcs7) {
    for (std::uint64_t index : {0, 1, 3, 4, 5, 6, 7}) {
      if (*description.number<std::uint8_t>(index) != 0) {
        return bad(at + index, "a PKCS#7 signature's description must be zero here");
      }
    }
  }
  Signature signature;
  signature.id_type = id_type_name(type);
  signature.signed_size = at - size;
  TRY(signature.pkcs7, file.read(at - size, size));
  return std::optional(std::move(signature));
}

Result<void> read_signer(Signature& signature, const std::string& path) {
  if (signature.id_type != "PKCS#7") return {};
  auto unreadable = [&](std::string_view what) {
    return fail(EBADMSG, path,
                fmt::format("the PKCS#7 signature at offset {:#x} {}", signature.signed_size, what),
                "sign the module again (scripts/sign-file)");
  };
  const auto info = signer_info(signature.pkcs7.view().text());
  if (!info) return unreadable("names no signer");

  // SignerInfo ::= SEQUENCE { version, issuerAndSerialNumber or [0] subjectKeyIdentifier,
  // digestAlgorithm,
  //                           [0] attributes OPTIONAL, encryption algorithm, encryptedDigest OCTET
  //                           STRING... }
  DerReader fields(*info);
  fields.next(der::integer);
  if (auto issuer_and_serial = fields.next(der::sequence)) {
    DerReader parts(*issuer_and_serial);
    signature.signer = common_name_in(parts.next(der::sequence).value_or(""));
    std::string_view serial = parts.next(der::integer).value_or("");
    while (serial.size() > 1 && serial.front() == 0)
      serial.remove_prefix(1);  // it only keeps the number positive
    signature.key_id = serial;
  } else if (auto key = fields.next(der::implicit_0)) {
    signature.key_id = *key;
  } else {
    return unreadable("does not say whose key it is");
  }
  DerReader algorithm(fields.next(der::sequence).value_or(""));
  const auto identifier = algorithm.next(der::object_identifier);
  for (const auto& [known, name] : digests) {
    if (identifier == known) signature.hash_algorithm = name;
  }
  fields.next(der::context_0);
  fields.next(der::sequence);
  const auto digest = fields.next(der::octet_string);
  if (!digest) return unreadable("has no signature in it");
  signature.signature = *digest;
  return {};
}

}  // namespace kmodern::module
