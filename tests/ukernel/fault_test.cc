// Module code that does what it must not: the kernel says what happened, pins the module, lives on.
#include <cerrno>

#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

using Fault = KernelTest;

constexpr const char* bad_device =
    "static long bad_read(char *to, unsigned long n) { *(volatile int *)8 = 1; return 0; }"
    "static const struct operations ops = { .read = bad_read };"
    "int init_module(void) { return test_register(THIS_MODULE, \"bad\", &ops); }"
    "void cleanup_module(void) { }";

TEST_F(Fault, InInitIsAnOopsAndPinsTheModule) {
  std::string path = build_module("oopsy",
                                  "int init_module(void) { *(volatile int *)8 = 1; return 0; }"
                                  "void cleanup_module(void) { }");
  Error error = error_of(load(path));
  EXPECT_EQ(error.code, EFAULT);
  EXPECT_TRUE(logged("BUG: kernel NULL pointer dereference, address: 0000000000000008")) << log();
  EXPECT_TRUE(logged("RIP: 0010:init_module+0x")) << log();
  EXPECT_TRUE(logged("[oopsy]"));
  EXPECT_EQ(listed("oopsy").state, kernel::State::coming);
  EXPECT_EQ(kernel_->faulted(), std::vector<std::string>{"oopsy"});
  EXPECT_EQ(kernel_->taints(), "D");
  EXPECT_EQ(error_of(unload("oopsy")).code, EBUSY);
  EXPECT_EQ(error_of(unload("oopsy", true)).code, EBUSY);
  EXPECT_EQ(error_of(load(path)).code, EBUSY);
  EXPECT_GOOD(build_and_load("next", plain));
}

TEST_F(Fault, InExitPinsTheModuleWithItsMemory) {
  EXPECT_GOOD(build_and_load("stuck",
                             "int init_module(void) { return 0; }"
                             "void cleanup_module(void) { *(volatile int *)0 = 1; }"));
  auto memory = kernel_->memory();
  Error error = error_of(unload("stuck"));
  EXPECT_EQ(error.code, EFAULT);
  EXPECT_EQ(listed("stuck").state, kernel::State::going);
  EXPECT_EQ(kernel_->memory(), memory);
  EXPECT_EQ(error_of(unload("stuck")).reason, "it faulted during its exit and is pinned");
}

TEST_F(Fault, InReadIsTheReadersErrorAndPinsTheModule) {
  EXPECT_GOOD(build_and_load("driver", bad_device));
  auto file = kernel_->open("/dev/bad", 0, 1, "cat");
  ASSERT_TRUE(file);
  std::byte buffer[8];
  Error error = error_of((*file)->read(buffer));
  EXPECT_EQ(error.code, EFAULT);
  EXPECT_NE(error.reason.find("module driver faulted in read at bad_read+0x"), std::string::npos)
      << error.reason;
  EXPECT_GOOD((*file)->close());
  EXPECT_EQ(error_of(unload("driver")).code, EBUSY);
  EXPECT_EQ(error_of(kernel_->open("/dev/bad", 0, 1, "cat")).code, ENXIO);
}

TEST_F(Fault, InOpenIsReportedByTheCore) {
  EXPECT_GOOD(build_and_load("driver",
                             "static int bad_open(void) { *(volatile int *)8 = 1; return 0; }"
                             "static const struct operations ops = { .open = bad_open };"
                             "int init_module(void) {"
                             "  return test_register(THIS_MODULE, \"bad\", &ops); }"
                             "void cleanup_module(void) { }"));
  EXPECT_EQ(error_of(kernel_->open("/dev/bad", 0, 1, "cat")).code, EFAULT);
  EXPECT_EQ(kernel_->faulted(), std::vector<std::string>{"driver"});
}

TEST_F(Fault, IsWordedByItsKind) {
  EXPECT_EQ(error_of(build_and_load("divides",
                                    "volatile int zero;"
                                    "int init_module(void) { return 100 / zero; }"
                                    "void cleanup_module(void) { }"))
                .code,
            EFAULT);
  EXPECT_TRUE(logged("divide error: 0000 [#1]")) << log();
  EXPECT_EQ(
      error_of(build_and_load("wild",
                              "int init_module(void) { *(volatile int *)0x10000 = 1; return 0; }"
                              "void cleanup_module(void) { }"))
          .code,
      EFAULT);
  EXPECT_TRUE(logged("BUG: unable to handle page fault for address: 0000000000010000")) << log();
  EXPECT_TRUE(logged("Oops: 0000 [#2]"));
}

TEST_F(Fault, InABadJumpNamesTheCaller) {
  EXPECT_EQ(error_of(build_and_load("jumper",
                                    "void (*volatile nowhere)(void);"
                                    "int init_module(void) { nowhere(); return 0; }"
                                    "void cleanup_module(void) { }"))
                .code,
            EFAULT);
  EXPECT_TRUE(logged("RIP: 0010:0x0")) << log();
  EXPECT_TRUE(logged(" init_module+0x")) << log();
}

TEST_F(Fault, InAHeldModuleKeepsItsSymbolsFromOthers) {
  EXPECT_EQ(error_of(build_and_load("base",
                                    "int base_value(void) { return 5; } EXPORT(base_value);"
                                    "int init_module(void) { *(volatile int *)8 = 1; return 0; }"
                                    "void cleanup_module(void) { }"))
                .code,
            EFAULT);
  EXPECT_EQ(error_of(build_and_load("top",
                                    "extern int base_value(void); VERSION(\"base_value\", 0);"
                                    "int init_module(void) { return base_value(); }"
                                    "void cleanup_module(void) { }"))
                .code,
            EBUSY);
}

}  // namespace
}  // namespace kmodern::test
