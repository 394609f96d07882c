// Loading: what is checked, in which order, with which errno and which line in the log.
#include <cerrno>

#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

using Loader = KernelTest;

TEST_F(Loader, RunsInitAndListsTheModuleAsLive) {
  EXPECT_GOOD(
      build_and_load("hello",
                     "int init_module(void) { test_log(\"hello\"); test_note(3); return 0; }"
                     "void cleanup_module(void) { test_note(100); }"));
  EXPECT_EQ(core_->notes, 3);
  EXPECT_TRUE(logged("hello\n"));
  EXPECT_EQ(listed("hello").state, kernel::State::live);
  EXPECT_EQ(listed("hello").refcnt, 0);
  EXPECT_EQ(listed("hello").taints, "");
}

TEST_F(Loader, GivesInitsErrnoAndEverythingBackWhenInitFails) {
  std::string path = build_module("broken",
                                  "int init_module(void) { return -19; }"
                                  "void cleanup_module(void) { }");
  Error error = error_of(load(path));
  EXPECT_EQ(error.code, ENODEV);
  EXPECT_EQ(error.reason, "its init returned -19 (ENODEV)");
  EXPECT_TRUE(kernel_->modules().empty());
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(Loader, LoadsAnywayWhenInitReturnsMoreThanZero) {
  EXPECT_GOOD(build_and_load("odd",
                             "int init_module(void) { return 5; }"
                             "void cleanup_module(void) { }"));
  EXPECT_TRUE(logged("do_init_module: 'odd'->init suspiciously returned 5, it should follow 0/-E"));
}

TEST_F(Loader, RefusesASecondModuleOfTheNameWithEexist) {
  std::string path = build_module("twice", plain);
  EXPECT_GOOD(load(path));
  EXPECT_EQ(error_of(load(path)).code, EEXIST);
  EXPECT_EQ(kernel_->modules().size(), 1u);
}

TEST_F(Loader, RefusesWhatIsNotElf) {
  std::string text(300, 'x');
  Error error = error_of(kernel_->load(ByteView(text), "x.ko", {}));
  EXPECT_EQ(error.code, ENOEXEC);
  EXPECT_TRUE(logged("Invalid ELF header magic: != \177ELF\n"));
  EXPECT_EQ(error.reason, "is not a module: it is a text file");
}

TEST_F(Loader, RefusesAnotherVermagicAndSaysBoth) {
  Error error = error_of(build_and_load(
      "foreign", std::string("#define VERMAGIC \"6.1.0-test UP mod_unload \"\n") + plain));
  EXPECT_EQ(error.code, ENOEXEC);
  EXPECT_TRUE(logged(std::string("foreign: version magic '6.1.0-test UP mod_unload ' should be '") +
                     vermagic + "'"));
}

TEST_F(Loader, ComparesNoReleaseWhereModversionsTellMore) {
  EXPECT_GOOD(build_and_load(
      "near", std::string("#define VERMAGIC \"5.9 SMP mod_unload modversions \"\n") + plain));
}

TEST_F(Loader, TakesAnyVermagicWhenForcedAndIsTainted) {
  std::string path =
      build_module("forced", std::string("#define VERMAGIC \"another kernel\"\n") + plain);
  std::string image = *read_file(path);
  kernel::LoadOptions options;
  options.ignore_vermagic = true;
  EXPECT_GOOD(kernel_->load(ByteView(image), path, options));
  EXPECT_EQ(listed("forced").taints, "F");
  EXPECT_TRUE(logged("forced: bad vermagic: kernel tainted."));
}

TEST_F(Loader, NamesAnUnknownSymbolInErrorAndLog) {
  Error error = error_of(build_and_load("needy",
                                        "#define OWN_VERSIONS\n"
                                        "extern void nowhere(void);"
                                        "VERSION(\"module_layout\", 0x1000);"
                                        "VERSION(\"nowhere\", 1);"
                                        "int init_module(void) { nowhere(); return 0; }"
                                        "void cleanup_module(void) { }"));
  EXPECT_EQ(error.code, ENOENT);
  EXPECT_NE(error.reason.find("nowhere"), std::string::npos) << error.reason;
  EXPECT_TRUE(logged("needy: Unknown symbol nowhere (err -2)"));
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(Loader, TellsWhatTheCoreKnowsOfAStranger) {
  Error error = error_of(build_and_load("libc",
                                        "extern int printf(const char *, ...);"
                                        "int init_module(void) { return printf(\"x\"); }"
                                        "void cleanup_module(void) { }"));
  EXPECT_EQ(error.reason,
            "Unknown symbol printf: that is a C library function; in a module use printk");
}

TEST_F(Loader, RefusesASymbolOfAnotherVersion) {
  Error error = error_of(build_and_load("stale",
                                        "#define OWN_VERSIONS\n"
                                        "VERSION(\"module_layout\", 0x1000);"
                                        "VERSION(\"test_note\", 0xbad);"
                                        "int init_module(void) { test_note(1); return 0; }"
                                        "void cleanup_module(void) { }"));
  EXPECT_EQ(error.code, EINVAL);
  EXPECT_TRUE(logged("stale: disagrees about version of symbol test_note"));
  EXPECT_TRUE(logged("stale: Unknown symbol test_note (err -22)"));
}

TEST_F(Loader, RefusesAnotherLayoutOfStructModule) {
  Error error = error_of(build_and_load("alien", std::string("#define OWN_VERSIONS\n"
                                                             "VERSION(\"module_layout\", 0xbad);") +
                                                     plain));
  EXPECT_EQ(error.code, ENOEXEC);
  EXPECT_TRUE(logged("alien: disagrees about version of symbol module_layout"));
}

TEST_F(Loader, HidesGplOnlySymbolsFromOtherModules) {
  std::string source =
      "int init_module(void) { test_note(test_gpl()); return 0; }"
      "void cleanup_module(void) { }";
  EXPECT_GOOD(build_and_load("free", source));
  EXPECT_EQ(core_->notes, 7);
  Error error = error_of(build_and_load("closed", "#define LICENSE \"Proprietary\"\n" + source));
  EXPECT_EQ(error.code, ENOENT);
  EXPECT_TRUE(logged("closed: module license 'Proprietary' taints kernel."));
  EXPECT_TRUE(logged("Disabling lock debugging due to kernel taint"));
  EXPECT_TRUE(logged("closed: Unknown symbol test_gpl (err -2)"));
  EXPECT_EQ(kernel_->taints(), "P");
}

TEST_F(Loader, WantsANamespaceToBeImported) {
  std::string source =
      "int init_module(void) { test_note(test_spaced()); return 0; }"
      "void cleanup_module(void) { }";
  Error error = error_of(build_and_load("lost", source));
  EXPECT_EQ(error.code, EINVAL);
  EXPECT_TRUE(
      logged("lost: module uses symbol (test_spaced) from namespace TEST_SPACE, but does "
             "not import it."));
  EXPECT_GOOD(build_and_load("found", "INFO(\"import_ns=TEST_SPACE\");" + source));
}

TEST_F(Loader, NotesAnOutOfTreeModuleOnlyOnce) {
  // The first intree= counts as well as any other; so the test removes them from the file.
  for (std::string name : {"outside1", "outside2"}) {
    std::string image = *read_file(build_module(name, plain));
    image.replace(image.find("intree="), 6, "nottre");
    EXPECT_GOOD(kernel_->load(ByteView(image), name, {}));
    EXPECT_EQ(listed(name).taints, "O");
  }
  EXPECT_TRUE(logged("outside1: loading out-of-tree module taints kernel."));
  EXPECT_FALSE(logged("outside2: loading"));
}

TEST_F(Loader, RefusesAModuleWithoutStructModule) {
  std::string image = *read_file(build_module("headless", plain));
  image.replace(image.find(".gnu.linkonce.this_module"), 25, ".gnu.linkonce.that_module");
  Error error = error_of(kernel_->load(ByteView(image), "headless.ko", {}));
  EXPECT_EQ(error.code, ENOEXEC);
  EXPECT_TRUE(logged("headless: No module found in object")) << log();
}

}  // namespace
}  // namespace kmodern::test
