// Signatures made as scripts/sign-file makes them, and whether a ring of keys takes them.
#include "signing/key_ring.h"

#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/file.h"
#include "module/module.h"
#include "support/files.h"
#include "ukernel/core/stock/stock.h"

namespace kmodern::signing {
namespace {

constexpr std::string_view content = "a module";
constexpr unsigned as_sign_file =
    CMS_DETACHED | CMS_BINARY | CMS_NOCERTS | CMS_NOATTR | CMS_NOSMIMECAP;

// All that a BIO in memory holds.
std::string taken_from(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string bytes(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return bytes;
}

// A key, and the certificate that it signed of itself.
class Key {
 public:
  explicit Key(const char* name) : key_(EVP_RSA_gen(2048)), certificate_(X509_new()) {
    static long serial = 0x1234;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), ++serial);
    X509_set_version(certificate_, 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -7200);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), -3600);  // over: that is not looked at
    X509_set_pubkey(certificate_, key_);
    X509_NAME* subject = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate_, subject);
    X509_EXTENSION* id =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_key_identifier, "0102aabb");
    X509_add_ext(certificate_, id, -1);
    X509_EXTENSION_free(id);
    X509_sign(certificate_, key_, EVP_sha256());
  }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }

  module::Signature sign(unsigned flags = as_sign_file) const {
    BIO* bytes = BIO_new_mem_buf(content.data(), static_cast<int>(content.size()));
    CMS_ContentInfo* message = CMS_sign(certificate_, key_, nullptr, bytes, flags);
    BIO* der = BIO_new(BIO_s_mem());
    i2d_CMS_bio(der, message);
    CMS_ContentInfo_free(message);
    BIO_free(bytes);
    return of(taken_from(der));
  }

  static module::Signature of(const std::string& message) {
    auto memory = std::make_unique<std::byte[]>(message.size());
    std::memcpy(memory.get(), message.data(), message.size());
    return {.signed_size = content.size(),
            .pkcs7 = Bytes::owned(std::move(memory), message.size())};
  }

  std::string pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate_);
    return taken_from(bio);
  }
  std::string der() const {
    BIO* bio = BIO_new(BIO_s_mem());
    i2d_X509_bio(bio, certificate_);
    return taken_from(bio);
  }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
};

class KeyRingTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& bytes) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  int verify(const module::Signature& signature, std::string_view of = content) {
    auto verified = ring_.verify(ByteView(of), signature, "a.ko");
    error_ = verified ? Error{} : verified.error();
    return error_.code;
  }

  TemporaryDirectory folder_ = std::move(*TemporaryDirectory::create());
  KeyRing ring_;
  Error error_;  // of the last verify()
};

TEST_F(KeyRingTest, TakesWhatOneOfItsKeysSigned) {
  const Key one("one");
  const Key two("two");
  ASSERT_TRUE(ring_.add(write("both.pem", one.pem() + two.pem())));
  EXPECT_EQ(verify(one.sign()), 0) << describe(error_);
  EXPECT_EQ(verify(two.sign()), 0) << describe(error_);
}

TEST_F(KeyRingTest, FindsACertificateByItsSubjectKeyIdentifier) {
  const Key key("by identifier");
  ASSERT_TRUE(ring_.add(write("key.der", key.der())));
  EXPECT_EQ(verify(key.sign(as_sign_file | CMS_USE_KEYID)), 0) << describe(error_);
}

TEST_F(KeyRingTest, VerifiesSignedAttributesToo) {
  const Key key("attributes");
  ASSERT_TRUE(ring_.add(write("key.pem", key.pem())));
  EXPECT_EQ(verify(key.sign(as_sign_file & ~CMS_NOATTR)), 0) << describe(error_);
  EXPECT_EQ(verify(key.sign(as_sign_file & ~CMS_NOATTR), "b module"), EKEYREJECTED);
}

TEST_F(KeyRingTest, RefusesContentThatWasChanged) {
  const Key key("signer");
  ASSERT_TRUE(ring_.add(write("key.pem", key.pem())));
  EXPECT_EQ(verify(key.sign(), "b module"), EKEYREJECTED);
  EXPECT_NE(error_.reason.find("'signer'"), std::string::npos) << error_.reason;
}

TEST_F(KeyRingTest, NamesAKeyThatItDoesNotHaveAndThoseThatItHas) {
  const Key mine("mine");
  const Key other("other");
  ASSERT_TRUE(ring_.add(write("key.pem", mine.pem())));
  EXPECT_EQ(verify(other.sign()), ENOKEY);
  EXPECT_NE(error_.reason.find("of 'other'; this kernel has 'mine' (serial"), std::string::npos)
      << error_.reason;
}

TEST_F(KeyRingTest, TrustsNoCertificateThatComesWithTheMessage) {
  const Key key("brought along");
  EXPECT_EQ(verify(key.sign(as_sign_file & ~CMS_NOCERTS)), ENOKEY);
  EXPECT_NE(error_.reason.find("this kernel has no keys"), std::string::npos) << error_.reason;
}

TEST_F(KeyRingTest, ADamagedMessageIsEbadmsg) {
  const Key key("signer");
  ASSERT_TRUE(ring_.add(write("key.pem", key.pem())));
  const module::Signature good = key.sign();
  const std::string message(good.pkcs7.view().text());
  EXPECT_EQ(verify(Key::of(message.substr(0, message.size() - 1))), EBADMSG);
  EXPECT_EQ(verify(Key::of(message + "x")), EBADMSG);
  EXPECT_EQ(verify(Key::of("")), EBADMSG);
  EXPECT_EQ(verify(key.sign(as_sign_file & ~CMS_DETACHED)), EBADMSG);
}

TEST_F(KeyRingTest, AnUnknownDigestIsEnopkg) {
  const Key key("signer");
  ASSERT_TRUE(ring_.add(write("key.pem", key.pem())));
  std::string message(key.sign().pkcs7.view().text());
  const std::string sha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";
  for (std::size_t at = 0; (at = message.find(sha256, at)) != std::string::npos;)
    message[at + sha256.size() - 1] = 0x7f;
  EXPECT_EQ(verify(Key::of(message)), ENOPKG);
}

TEST_F(KeyRingTest, RevokesByDigestAndByTheOutputOfSha256sum) {
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(ring_.revoked(ByteView("abc")), std::nullopt);
  ASSERT_TRUE(ring_.revoke(write("list", "# revoked\n\n" + abc + "  abc.ko\n")));
  EXPECT_EQ(ring_.revoked(ByteView("abc")), abc);
  EXPECT_EQ(ring_.revoked(ByteView("abd")), std::nullopt);
  ASSERT_TRUE(ring_.revoke("A52D159F262B2C6DDB724A61840BEFC36EB30C88877A4030B65CBE86298449C9"));
  EXPECT_NE(ring_.revoked(ByteView("abd")), std::nullopt);
}

TEST_F(KeyRingTest, SaysWhichLineOfAListHasNoDigest) {
  auto revoked = ring_.revoke(write("list", "# fine\nnonsense\n"));
  ASSERT_FALSE(revoked);
  EXPECT_EQ(revoked.error().code, EINVAL);
  EXPECT_TRUE(revoked.error().subject.ends_with("/list:2")) << revoked.error().subject;
}

TEST_F(KeyRingTest, RefusesAFileWhoseSecondCertificateIsDamaged) {
  const Key key("whole");
  const std::string pem = key.pem();
  auto added = ring_.add(write("key.pem", pem + pem.substr(0, pem.size() / 2)));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, EBADMSG);
}

TEST_F(KeyRingTest, RefusesAFileWithoutACertificate) {
  auto added = ring_.add(write("key.pem", "this is no certificate\n"));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, EBADMSG);
}

class DebianKeyRingTest : public KeyRingTest {
 protected:
  void SetUp() override {
    if (tree_.empty()) GTEST_SKIP() << "Debian's kernel is not in the cache";
  }
  void expect_its_modules_verified() {
    const auto file = read_file(kmodern::testing::debian_module("crc7.ko"));
    auto signature = module::ModuleFile::from_memory(ByteView(*file), "crc7.ko")->signature();
    ASSERT_TRUE(signature && *signature);
    const std::string_view signed_part(file->data(), (*signature)->signed_size);
    EXPECT_EQ(verify(**signature, signed_part), 0) << describe(error_);
    EXPECT_EQ(verify(Key("another").sign()), ENOKEY);
  }
  const std::string tree_ = kmodern::testing::debian_kernel();
};

TEST_F(DebianKeyRingTest, TakesWhatTheBuildOfAnInstalledKernelSigned) {
  ring_.add_kernel(tree_ + "/boot/vmlinuz-6.1.0-56-amd64");
  expect_its_modules_verified();
}

TEST_F(DebianKeyRingTest, TakesTheKeysOfAKernelThatWasReadForItsExports) {
  // Without the headers' package its image is all that tells of its exports.
  const std::string modules = folder_.path() + "/lib/modules/6.1.0-56-amd64";
  std::filesystem::create_directories(modules);
  std::filesystem::copy(kmodern::testing::debian_module("crc7.ko"), modules);
  std::filesystem::create_directory_symlink(tree_ + "/boot", folder_.path() + "/boot");
  auto kernel = core::read_stock_kernel(folder_.path(), "6.1.0-56-amd64");
  ASSERT_TRUE(kernel && kernel->certificates);
  ring_.add_kernel_certificates(*kernel->certificates);
  expect_its_modules_verified();
}

TEST_F(KeyRingTest, PassesOverWhatIsNoCertificateOfAKernel) {
  const Key key("of that kernel");
  ring_.add_kernel_certificates(std::vector<std::string>{"no certificate", key.der()});
  EXPECT_EQ(verify(key.sign()), 0) << describe(error_);
}

TEST_F(KeyRingTest, SaysWhyAKernelsOwnKeysAreNotThere) {
  ring_.add_kernel(write("vmlinuz", "no kernel"));
  EXPECT_EQ(verify(Key("of that kernel").sign()), ENOKEY);
  EXPECT_NE(error_.reason.find("vmlinuz: at offset"), std::string::npos) << error_.reason;
}

}  // namespace
}  // namespace kmodern::signing
