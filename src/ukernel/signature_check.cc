#include "ukernel/signature_check.h"

#include <fmt/core.h>

#include <cerrno>
#include <utility>

#include "module/signature.h"

namespace kmodern::ukernel {

namespace {

constexpr const char* sign_cure =
    "sign it with scripts/sign-file, by a key whose certificate the kernel was started with";

std::unexpected<Error> revoked(Context& context, const std::string& digest,
                               const std::string& path) {
  context.log.write(level::error, fmt::format("Module hash {} is blacklisted", digest));
  return fail(
      EKEYREJECTED, path,
      fmt::format("its SHA-256 {} is among those that this kernel was told to refuse", digest),
      "use another build of the module");
}

// Of a description that find_signature() refused: its length was not the reason. mod_check_sig()
// has a line for the other one.
bool length_fits(ByteView file) {
  constexpr std::size_t length_to_end = 4 + module::signature_marker.size();
  if (file.size() < length_to_end + 8) return false;
  const std::uint64_t at = file.size() - length_to_end;
  return *file.number<std::uint32_t>(at, std::endian::big) < at - 8;
}

// mod_verify_sig(); `image` loses the signature as soon as it is known to be one.
Result<void> verify(Context& context, ByteView file, const std::string& path, ByteView& image) {
  auto found = module::find_signature(elf::Input::memory(file, path));
  if (!found) {
    if (length_fits(file))
      context.log.write(level::error,
                        "module: PKCS#7 signature info has unexpected non-zero params");
    return std::unexpected(std::move(found).error());
  }
  if (!*found) return fail(ENODATA, path, "is not signed", sign_cure);
  const module::Signature& signature = **found;
  if (signature.signed_size == 0)
    return fail(EBADMSG, path, "is a signature, and nothing that it signs", "install it again");
  if (signature.id_type != "PKCS#7") {
    context.log.write(level::error, "module: not signed with expected PKCS#7 message");
    return fail(ENOPKG, path,
                fmt::format("has a signature of the type {}, not PKCS#7", signature.id_type),
                sign_cure);
  }
  image = *file.slice(0, signature.signed_size);
  TRY_OK(context.options.signatures->verify(image, signature, path));
  if (auto digest = context.options.signatures->revoked(file))
    return revoked(context, *digest, path);
  return {};
}

// What the kernel calls a module that it can say neither yes nor no to; null for an error that is
// one whether signatures are enforced or not.
const char* unverified(int code) {
  switch (code) {
    case ENODATA:
      return "unsigned module";
    case ENOPKG:
      return "module with unsupported crypto";
    case ENOKEY:
      return "module with unavailable key";
    default:
      return nullptr;
  }
}

}  // namespace

Result<SignedImage> check_signature(Context& context, ByteView file, const std::string& path,
                                    const kernel::LoadOptions& options) {
  if (context.options.signatures == nullptr) return SignedImage{file};
  SignedImage checked{file};
  Result<void> verified =
      options.ignore_modversions || options.ignore_vermagic
          ? fail(ENODATA, path, "is forced: its signature is not looked at", "do not use force")
          : verify(context, file, path, checked.image);
  if (verified) return checked;

  const char* kind = unverified(verified.error().code);
  if (kind == nullptr) return std::unexpected(std::move(verified).error());
  checked.trusted = false;
  if (!context.options.enforce_signatures) return checked;
  context.log.write(level::notice, fmt::format("Loading of {} is rejected", kind));
  Error error = std::move(verified).error();
  error.code = EKEYREJECTED;
  return std::unexpected(std::move(error));
}

}  // namespace kmodern::ukernel
