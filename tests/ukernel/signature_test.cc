// What a kernel does with a module's signature, whoever verifies it.
#include "module/signature.h"

#include <cerrno>

#include "base/file.h"
#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

constexpr std::string_view message = "PKCS#7";
constexpr const char* unverified =
    "module verification failed: signature and/or required key missing - tainting kernel\n";

// Answers with an errno, whatever the signature.
class Answer final : public ukernel::Verifier {
 public:
  explicit Answer(int code, bool revoked = false) : code_(code), revoked_(revoked) {}
  Result<void> verify(ByteView, const module::Signature& signature,
                      const std::string& path) const override {
    EXPECT_EQ(signature.pkcs7.view().text(), message);
    if (code_ == 0) return {};
    return fail(code_, path, "is what the test says");
  }
  std::optional<std::string> revoked(ByteView) const override {
    return revoked_ ? std::optional<std::string>("12ab") : std::nullopt;
  }

 private:
  int code_;
  bool revoked_;
};

class Signatures : public KernelTest {
 protected:
  void boot_with(int answer, bool enforce = false, bool revoked = false) {
    boot({.signatures = std::make_shared<Answer>(answer, revoked), .enforce_signatures = enforce});
  }
  // A good module with a signature, or without.
  static std::string image(bool with_signature, char id_type = 2, char parameter = 0) {
    static const std::string plain_image = *read_file(build_module("hello", plain));
    if (!with_signature) return plain_image;
    const char description[12] = {0, 0, id_type, 0, 0, parameter, 0, 0, 0, 0, 0, message.size()};
    return plain_image + std::string(message) + std::string(description, sizeof(description)) +
           std::string(module::signature_marker);
  }
  int load_image(const std::string& bytes, const kernel::LoadOptions& options = {}) {
    auto loaded = kernel_->load(ByteView(bytes), "hello.ko", options);
    return loaded ? 0 : loaded.error().code;
  }
};

TEST_F(Signatures, AreNotLookedForByAKernelWithoutThem) {
  EXPECT_EQ(load_image(image(false)), 0);
  EXPECT_EQ(listed("hello").taints, "");
}

TEST_F(Signatures, OfAKnownKeyLeaveNoMark) {
  boot_with(0, true);
  EXPECT_EQ(load_image(image(true)), 0);
  EXPECT_EQ(listed("hello").taints, "");
}

TEST_F(Signatures, ThatCannotBeVerifiedMarkTheModuleAndAreLoggedOnce) {
  for (const int code : {ENODATA, ENOPKG, ENOKEY}) {
    boot_with(code);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(load_image(image(code != ENODATA)), 0) << errno_name(code);
      EXPECT_EQ(listed("hello").taints, "E");
      EXPECT_GOOD(unload("hello"));
    }
    const std::string line = std::string("hello: ") + unverified;
    EXPECT_EQ(log().find(line), log().rfind(line));
    EXPECT_TRUE(logged(line));
  }
}

TEST_F(Signatures, ThatCannotBeVerifiedAreEkeyrejectedWhereTheyAreEnforced) {
  const std::pair<int, const char*> cases[] = {{ENODATA, "unsigned module"},
                                               {ENOPKG, "module with unsupported crypto"},
                                               {ENOKEY, "module with unavailable key"}};
  for (const auto& [code, kind] : cases) {
    boot_with(code, true);
    EXPECT_EQ(load_image(image(code != ENODATA)), EKEYREJECTED);
    EXPECT_TRUE(logged(std::string("Loading of ") + kind + " is rejected\n")) << log();
  }
}

TEST_F(Signatures, ThatAreWrongAreRefusedWithoutAWord) {
  for (const int code : {EKEYREJECTED, EBADMSG, ENOMEM}) {
    boot_with(code);
    const std::string before = log();
    EXPECT_EQ(load_image(image(true)), code);
    EXPECT_EQ(log(), before);
  }
}

TEST_F(Signatures, OfRevokedFilesDoNotCount) {
  boot_with(0, false, true);
  EXPECT_EQ(load_image(image(true)), EKEYREJECTED);
  EXPECT_TRUE(logged("Module hash 12ab is blacklisted\n"));
}

TEST_F(Signatures, OfForcedModulesAreNotLookedAt) {
  boot_with(EKEYREJECTED);
  EXPECT_EQ(load_image(image(true), {.ignore_vermagic = true}), 0);
  EXPECT_EQ(listed("hello").taints, "FE");
  boot_with(0, true);
  EXPECT_EQ(load_image(image(true), {.ignore_modversions = true}), EKEYREJECTED);
}

TEST_F(Signatures, OfAnotherKindCountAsUnsupported) {
  boot_with(0);
  EXPECT_EQ(load_image(image(true, 1)), 0);
  EXPECT_EQ(listed("hello").taints, "E");
  EXPECT_TRUE(logged("module: not signed with expected PKCS#7 message\n"));
}

TEST_F(Signatures, WithADamagedDescriptionAreEbadmsg) {
  boot_with(0);
  EXPECT_EQ(load_image(image(true, 2, 1)), EBADMSG);
  EXPECT_TRUE(logged("module: PKCS#7 signature info has unexpected non-zero params\n"));

  boot_with(0);
  std::string too_long = image(true);
  too_long[too_long.size() - module::signature_marker.size() - 4] = 0x7f;
  EXPECT_EQ(load_image(too_long), EBADMSG);
  EXPECT_FALSE(logged("non-zero params"));
}

TEST_F(Signatures, WithNothingBeforeThemAreEbadmsg) {
  boot_with(0);
  EXPECT_EQ(load_image(image(true).substr(image(false).size())), EBADMSG);
}

TEST_F(Signatures, AreCutOffBeforeTheFileIsLookedAt) {
  boot_with(ENOKEY);
  EXPECT_EQ(load_image("no ELF file" + image(true).substr(image(false).size())), ENOEXEC);
  EXPECT_TRUE(logged("Invalid ELF header len 11\n")) << log();
}

}  // namespace
}  // namespace kmodern::test
