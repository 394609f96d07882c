// Removal: who may be removed, who holds whom, and that nothing is left.
#include <cerrno>
#include <thread>

#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

using Unload = KernelTest;

const char* const device_module =
    "static const struct operations ops = {};"
    "int init_module(void) { return test_register(THIS_MODULE, \"thing\", &ops); }"
    "void cleanup_module(void) { test_unregister(\"thing\"); }";

TEST_F(Unload, RunsExitAndGivesEverythingBack) {
  EXPECT_GOOD(build_and_load("hello",
                             "int init_module(void) { return 0; }"
                             "void cleanup_module(void) { test_note(1); }"));
  EXPECT_GT(kernel_->memory(), 0u);
  EXPECT_GOOD(unload("hello"));
  EXPECT_EQ(core_->notes, 1);
  EXPECT_GT(core_->modules_gone, 0);
  EXPECT_EQ(kernel_->memory(), 0u);
  EXPECT_TRUE(kernel_->modules().empty());
}

TEST_F(Unload, OfWhatIsNotLoadedIsEnoent) {
  EXPECT_EQ(error_of(unload("nothing")).code, ENOENT);
  EXPECT_EQ(error_of(unload("")).code, ENOENT);
  EXPECT_EQ(error_of(unload(std::string(56, 'x'))).code, ENOENT);
}

TEST_F(Unload, OfAModuleWithAnOpenFileNamesWhoHasIt) {
  EXPECT_GOOD(build_and_load("driver", device_module));
  auto file = kernel_->open("/dev/thing", 0, 123, "cat");
  ASSERT_TRUE(file) << describe(file.error());
  Error error = error_of(unload("driver"));
  EXPECT_EQ(error.code, EWOULDBLOCK);
  EXPECT_EQ(error.reason, "is in use: open file /dev/thing by pid 123 (cat)");
  EXPECT_EQ(listed("driver").refcnt, 1);
  EXPECT_GOOD((*file)->close());
  EXPECT_GOOD(unload("driver"));
}

TEST_F(Unload, OfAModuleThatAnotherUsesNamesTheHolder) {
  EXPECT_GOOD(build_and_load(
      "base", std::string("int base_value(void) { return 5; } EXPORT(base_value);") + plain));
  EXPECT_GOOD(build_and_load("top",
                             "extern int base_value(void);"
                             "VERSION(\"base_value\", 0);"
                             "int init_module(void) { test_note(base_value()); return 0; }"
                             "void cleanup_module(void) { }"));
  EXPECT_EQ(core_->notes, 5);
  EXPECT_EQ(listed("base").holders, std::vector<std::string>{"top"});
  EXPECT_EQ(listed("base").refcnt, 1);
  Error error = error_of(unload("base"));
  EXPECT_EQ(error.code, EWOULDBLOCK);
  EXPECT_EQ(error.reason, "is used by top");
  EXPECT_GOOD(unload("top"));
  EXPECT_GOOD(unload("base"));
}

TEST_F(Unload, LetsASymbolGoWithItsModule) {
  EXPECT_GOOD(build_and_load(
      "base", std::string("int base_value(void) { return 5; } EXPORT(base_value);") + plain));
  EXPECT_GOOD(unload("base"));
  EXPECT_EQ(error_of(build_and_load("top",
                                    "extern int base_value(void);"
                                    "VERSION(\"base_value\", 0);"
                                    "int init_module(void) { return base_value(); }"
                                    "void cleanup_module(void) { }"))
                .code,
            ENOENT);
}

TEST_F(Unload, OfAModuleWithoutExitIsEbusyUnlessForced) {
  EXPECT_GOOD(build_and_load("stays", "#define NO_EXIT\nint init_module(void) { return 0; }"));
  EXPECT_TRUE(listed("stays").permanent);
  EXPECT_EQ(error_of(unload("stays")).code, EBUSY);
  EXPECT_GOOD(unload("stays", true));
  EXPECT_EQ(kernel_->taints(), "R");
}

TEST_F(Unload, OfAModuleWithoutInitAndExitIsPossible) {
  EXPECT_GOOD(build_and_load("data", "#define NO_INIT\n#define NO_EXIT\n"));
  EXPECT_GOOD(unload("data"));
}

TEST_F(Unload, WhileInitRunsIsEbusy) {
  std::string path = build_module("slow",
                                  "int init_module(void) { test_wait(); return 0; }"
                                  "void cleanup_module(void) { }");
  std::thread loading([&] { EXPECT_GOOD(load(path)); });
  core_->wait_for_waiter();
  EXPECT_EQ(listed("slow").state, kernel::State::coming);
  EXPECT_EQ(listed("slow").refcnt, 1);
  EXPECT_EQ(error_of(unload("slow")).code, EBUSY);
  core_->open_gate();
  loading.join();
  EXPECT_GOOD(unload("slow"));
}

TEST_F(Unload, OfAModuleThatHoldsItselfIsRefused) {
  EXPECT_GOOD(build_and_load("selfish",
                             "int init_module(void) { return test_get(THIS_MODULE) ? 0 : -1; }"
                             "void cleanup_module(void) { }"));
  EXPECT_EQ(error_of(unload("selfish")).reason, "is in use: a reference of module code");
}

}  // namespace
}  // namespace kmodern::test
