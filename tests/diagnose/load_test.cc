#include <elf.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "diagnose/diagnose.h"

namespace kmodern::diagnose {
namespace {

constexpr std::string_view vermagic = "6.1.0-56-amd64 SMP preempt mod_unload modversions ";

// A load of a sound module on the kernel that it was built for, refused with `code`.
LoadFacts refused(int code) {
  LoadFacts facts{.error = Error{code, "hello.ko", "", ""},
                  .parameters = "",
                  .module = ModuleFacts{.path = "hello.ko",
                                        .name = "hello",
                                        .machine = EM_X86_64,
                                        .vermagic = std::string(vermagic),
                                        .license = "GPL"},
                  .kernel = {.name = "linux",
                             .release = "6.1.0-56-amd64",
                             .vermagic = std::string(vermagic),
                             .machine = EM_X86_64},
                  .symbols = {}};
  return facts;
}

std::string text(const Diagnosis& diagnosis) {
  std::string all;
  for (const Finding& finding : diagnosis) all += finding.line() + "\n";
  return all;
}

bool says(const Diagnosis& diagnosis, std::string_view what) {
  return text(diagnosis).find(what) != std::string::npos;
}

TEST(WhyNotLoaded, NamesTheSymbolThatNobodyExports) {
  auto facts = refused(ENOENT);
  facts.module->imports = {{"register_chrdew", false, {}}, {"printk", false, {}}};
  facts.symbols = {.providers = {{"printk", {}}, {"register_chrdev", {}}}, .complete = true};
  auto why = why_not_loaded(facts);
  EXPECT_TRUE(says(why, "unknown symbol register_chrdew")) << text(why);
  EXPECT_TRUE(says(why, "did you mean register_chrdev?")) << text(why);
  EXPECT_FALSE(says(why, "symbol printk")) << text(why);
}

TEST(WhyNotLoaded, SaysWhatToUseInPlaceOfACLibraryFunction) {
  auto facts = refused(ENOENT);
  facts.module->imports = {{"printf", false, {}}};
  auto why = why_not_loaded(facts);
  EXPECT_TRUE(says(why, "unknown symbol printf")) << text(why);
  EXPECT_TRUE(says(why, "in a module use printk")) << text(why);
}

TEST(WhyNotLoaded, DoesNotSuspectWhatAKernelMayWellExport) {
  auto facts = refused(ENOENT);
  facts.module->imports = {{"__fentry__", false, {}}, {"__x86_return_thunk", false, {}}};
  EXPECT_FALSE(says(why_not_loaded(facts), "unknown symbol"));
}

TEST(WhyNotLoaded, NamesTheModuleThatHasTheSymbolAndIsNotLoaded) {
  auto facts = refused(ENOENT);
  facts.module->imports = {{"crc7_be", false, {}}};
  facts.symbols.providers["crc7_be"].module = "crc7";
  EXPECT_TRUE(says(why_not_loaded(facts), "needs the module crc7, which is not loaded"));
  facts.kernel.loaded = {{.name = "crc7"}};
  EXPECT_FALSE(says(why_not_loaded(facts), "not loaded"));
}

TEST(WhyNotLoaded, TakesTheNamesOfSymbolsFromTheKernelsOwnWords) {
  auto facts = refused(ENOENT);
  facts.error.reason = "hello: Unknown symbol two (err -2)";
  facts.module->imports = {{"one", false, {}}, {"two", false, {}}};
  auto why = why_not_loaded(facts);
  EXPECT_TRUE(says(why, "unknown symbol two:")) << text(why);
  EXPECT_FALSE(says(why, "unknown symbol one")) << text(why);
}

TEST(WhyNotLoaded, SaysAnUnknownSymbolOnceAndBlamesTheMissingModule) {
  auto facts = refused(ENOENT);
  facts.error.reason = "Unknown symbol greet: it is exported by no one";
  facts.module->imports = {{"greet", false, {}}};
  facts.module->depends = {"greeter"};
  EXPECT_EQ(text(why_not_loaded(facts)),
            "hello: it needs the module greeter, which is not loaded, for greet (ENOENT); "
            "`modprobe hello` loads what it needs first\n");
}

TEST(WhyNotLoaded, NamesAllUnknownSymbolsInOneLineButTheOnesWithAdvice) {
  auto facts = refused(ENOENT);
  facts.error.reason = "Unknown symbols one, printf, two: each is exported by no one";
  facts.module->imports = {{"one", false, {}}, {"printf", false, {}}, {"two", false, {}}};
  auto why = why_not_loaded(facts);
  ASSERT_EQ(why.size(), 2u) << text(why);
  EXPECT_TRUE(says(why, "hello: unknown symbols one, two: ")) << text(why);
  EXPECT_TRUE(says(why, "unknown symbol printf: that is a C library function")) << text(why);
}

TEST(WhyNotLoaded, LeavesAReasonThatTheKernelGivesAlone) {
  auto facts = refused(ENOENT);
  facts.error.subject = "hello";
  facts.error.reason = "Unknown symbol secret: it is GPL-only";
  facts.module->imports = {{"secret", false, {}}};
  EXPECT_EQ(text(why_not_loaded(facts)), "hello: Unknown symbol secret: it is GPL-only (ENOENT)\n");
}

TEST(WhyNotLoaded, SaysOnceThatAValueIsIllTyped) {
  auto facts = refused(EINVAL);
  facts.error.reason = "'n=many' is no value for its parameter, which is of type int";
  facts.module->parameters = {{"n", "int"}};
  facts.parameters = "n=many";
  EXPECT_EQ(text(why_not_loaded(facts)),
            "hello: parameter 'n' is of type int: 'many' is no number (EINVAL); "
            "give n=VALUE of that type\n");
}

TEST(WhyNotLoaded, DoesNotMissAWeakSymbol) {
  auto facts = refused(ENOENT);
  facts.module->imports = {{"maybe", true, {}}};
  facts.symbols.complete = true;
  EXPECT_FALSE(says(why_not_loaded(facts), "maybe"));
}

TEST(WhyNotLoaded, ShowsBothCrcsOfASymbolThatDiffers) {
  auto facts = refused(EINVAL);
  facts.module->imports = {{"printk", false, 0x12345678u}};
  facts.symbols.providers["printk"].crc = 0x9abcdef0u;
  auto why = why_not_loaded(facts);
  EXPECT_TRUE(says(why, "printk (0x12345678 in the module, 0x9abcdef0 in the kernel)"))
      << text(why);
}

TEST(WhyNotLoaded, KnowsThatALicenseKeepsGplSymbolsAway) {
  auto facts = refused(ENOENT);
  facts.module->license = "Proprietary";
  facts.module->imports = {{"kobject_create", false, {}}};
  facts.symbols.providers["kobject_create"].gpl_only = true;
  EXPECT_TRUE(
      says(why_not_loaded(facts), "for GPL modules only, and its license is 'Proprietary'"));
  facts.module->license = "Dual MIT/GPL";
  EXPECT_FALSE(says(why_not_loaded(facts), "GPL modules only"));
}

TEST(WhyNotLoaded, NamesTheNamespaceThatIsNotImported) {
  auto facts = refused(EINVAL);
  facts.module->imports = {{"cxl_probe", false, {}}};
  facts.symbols.providers["cxl_probe"].symbol_namespace = "CXL";
  EXPECT_TRUE(says(why_not_loaded(facts), "MODULE_IMPORT_NS(CXL)"));
  facts.module->namespaces = {"CXL"};
  EXPECT_FALSE(says(why_not_loaded(facts), "CXL"));
}

TEST(WhyNotLoaded, ComparesTheVermagicWordByWord) {
  auto facts = refused(ENOEXEC);
  facts.module->vermagic = "6.1.0-56-amd64 preempt mod_unload modversions RANDSTRUCT";
  auto why = why_not_loaded(facts);
  EXPECT_TRUE(says(why, "the kernel's vermagic says SMP: for several processors")) << text(why);
  EXPECT_TRUE(says(why, "its vermagic says RANDSTRUCT")) << text(why);
  EXPECT_FALSE(says(why, "preempt:")) << text(why);
}

TEST(WhyNotLoaded, BlamesTheReleaseOnlyWhereTheKernelLooksAtIt) {
  auto facts = refused(ENOEXEC);
  facts.module->vermagic = "5.10.0-1-amd64 SMP preempt mod_unload modversions ";
  EXPECT_FALSE(says(why_not_loaded(facts), "built for kernel"));
  facts.module->vermagic = "5.10.0 SMP mod_unload";
  facts.kernel.vermagic = "6.1.0 SMP mod_unload";
  EXPECT_TRUE(says(why_not_loaded(facts), "it is built for kernel 5.10.0, this is 6.1.0"));
}

TEST(WhyNotLoaded, BelievesTheVermagicThatTheKernelNames) {
  auto facts = refused(ENOEXEC);
  facts.kernel.vermagic.clear();
  facts.error.reason = "hello: version magic '6.1 SMP ' should be '6.1 SMP preempt '";
  facts.module->vermagic = "6.1 SMP ";
  EXPECT_TRUE(says(why_not_loaded(facts), "the kernel's vermagic says preempt"));
  EXPECT_FALSE(says(why_not_loaded(facts), "should be"));  // it is said already
}

TEST(WhyNotLoaded, NamesBothMachines) {
  auto facts = refused(ENOEXEC);
  facts.module->machine = EM_AARCH64;
  EXPECT_TRUE(says(why_not_loaded(facts), "built for arm64, this machine is x86-64"));
}

TEST(WhyNotLoaded, SaysWhatTheFileIsIfItIsNoModule) {
  auto facts = refused(ENOEXEC);
  facts.module = fail(ENOEXEC, "a.ko", "is not a module: it is a text file");
  EXPECT_TRUE(says(why_not_loaded(facts), "it is a text file"));
}

TEST(WhyNotLoaded, TellsUnsignedFromBadlySignedFromUnknownKeys) {
  EXPECT_TRUE(says(why_not_loaded(refused(EKEYREJECTED)), "it is not signed"));
  auto facts = refused(EKEYREJECTED);
  facts.module->is_signed = true;
  facts.module->signer = "me";
  EXPECT_TRUE(says(why_not_loaded(facts), "signature ('me') does not fit"));
  facts.error.code = ENOKEY;
  EXPECT_TRUE(says(why_not_loaded(facts), "a key that this kernel does not have ('me')"));
  EXPECT_TRUE(says(why_not_loaded(facts), "mokutil"));
}

TEST(WhyNotLoaded, GuessesNothingAboutASignatureThatTheKernelHasExplained) {
  auto facts = refused(EKEYREJECTED);
  facts.module->is_signed = true;
  facts.error.reason = "is signed by key 12 of 'me'; this kernel has no keys";
  facts.error.cure = "start the kernel with the certificate of that key";
  const Diagnosis diagnosis = why_not_loaded(facts);
  EXPECT_TRUE(says(diagnosis, "this kernel has no keys"));
  EXPECT_FALSE(says(diagnosis, "mokutil"));
}

TEST(WhyNotLoaded, ListsTheParametersThatExist) {
  auto facts = refused(EINVAL);
  facts.module->parameters = {{"count", "int"}, {"name", "charp"}};
  facts.parameters = "count=many";
  EXPECT_TRUE(says(why_not_loaded(facts), "parameter 'count' is of type int: 'many' is no number"));
  facts.parameters = "size=1";
  EXPECT_TRUE(says(why_not_loaded(facts), "it has count (int), name (charp)"));
}

TEST(WhyNotLoaded, ExplainsPermissionAndTheBlacklist) {
  auto facts = refused(EPERM);
  facts.blacklisted = true;
  EXPECT_TRUE(says(why_not_loaded(facts), "CAP_SYS_MODULE"));
  EXPECT_TRUE(says(why_not_loaded(facts), "the configuration blacklists it"));
}

TEST(WhyNotLoaded, ShowsTheErrorItselfIfItKnowsNoMore) {
  auto facts = refused(EIO);
  auto why = why_not_loaded(facts);
  ASSERT_EQ(why.size(), 1u);
  EXPECT_TRUE(says(why, "EIO")) << text(why);
}

}  // namespace
}  // namespace kmodern::diagnose
