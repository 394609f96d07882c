#include "kernel/proc_modules.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace kmodern::kernel {
namespace {

// As seen on Debian's 6.1 kernel.
constexpr std::string_view text =
    "test_static_keys 16384 0 - Live 0xffffffffc02a7000\n"
    "test_static_key_base 16384 1 test_static_keys, Live 0xffffffffc02a2000\n"
    "hello 16384 0 - Live 0xffffffffc029d000 (OE)\n"
    "soft 20480 2 a,b,[permanent], Loading 0x0000000000000000 (O+)\n";

TEST(ProcModules, ReadsEveryFieldOfALine) {
  auto modules = parse_proc_modules(text, "/proc/modules");
  ASSERT_TRUE(modules) << describe(modules.error());
  ASSERT_EQ(modules->size(), 4u);
  const LoadedModule& base = (*modules)[1];
  EXPECT_EQ(base.name, "test_static_key_base");
  EXPECT_EQ(base.size, 16384u);
  EXPECT_EQ(base.refcnt, 1);
  EXPECT_EQ(base.holders, std::vector<std::string>{"test_static_keys"});
  EXPECT_EQ(base.state, State::live);
  EXPECT_EQ(base.address, 0xffffffffc02a2000u);
  EXPECT_EQ((*modules)[2].taints, "OE");
}

TEST(ProcModules, TellsPermanentModulesAndStateMarksFromHoldersAndTaints) {
  auto modules = parse_proc_modules(text, "/proc/modules");
  ASSERT_TRUE(modules);
  const LoadedModule& soft = (*modules)[3];
  EXPECT_TRUE(soft.permanent);
  EXPECT_EQ(soft.holders, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(soft.state, State::coming);
  EXPECT_EQ(soft.taints, "O");
}

TEST(ProcModules, WritesWhatItReads) {
  auto modules = parse_proc_modules(text, "/proc/modules");
  ASSERT_TRUE(modules);
  std::string written;
  for (const LoadedModule& module : *modules) written += format_proc_module(module);
  EXPECT_EQ(written, text);
}

TEST(ProcModules, KnowsKernelsThatCountNothing) {
  auto modules = parse_proc_modules("loop 40960 - - Live 0x0000000000000000\n", "x");
  ASSERT_TRUE(modules);
  EXPECT_EQ(modules->front().refcnt, -1);
  EXPECT_TRUE(modules->front().holders.empty());
}

TEST(ProcModules, NamesTheLineAndTheFieldThatItCannotRead) {
  auto modules = parse_proc_modules("a 1 0 - Live 0x0\nb 1 0 - Asleep 0x0\n", "/proc/modules");
  ASSERT_FALSE(modules);
  EXPECT_EQ(modules.error().code, EBADMSG);
  EXPECT_NE(modules.error().reason.find("line 2 has an unknown state"), std::string::npos)
      << modules.error().reason;
}

}  // namespace
}  // namespace kmodern::kernel
