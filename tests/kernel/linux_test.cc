#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "kernel/fake_linux.h"
#include "kernel/linux/kmsg.h"
#include "module/decompress.h"

namespace kmodern::kernel {
namespace {

using testing::FakeLinux;

// An empty file, compressed by `xz` and `gzip -n`.
constexpr std::string_view xz_file(
    "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x00\x00\x00\x00\x1c\xdf\x44\x21"
    "\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a",
    32);
constexpr std::string_view gzip_file(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);

TEST(Linux, GivesAPlainFileToFinitModuleWithTheParametersAndForceFlags) {
  FakeLinux fake;
  auto path = fake.file("a.ko", "image");
  ASSERT_TRUE(fake.kernel.load(path, {.parameters = "n=1"}));
  ASSERT_TRUE(fake.kernel.load(path, {.ignore_modversions = true}));
  ASSERT_TRUE(fake.kernel.load(path, {.ignore_vermagic = true}));
  EXPECT_EQ(fake.calls->made,
            (std::vector<std::string>{"finit_module flags=0 n=1", "finit_module flags=1 ",
                                      "finit_module flags=2 "}));
}

TEST(Linux, LetsTheKernelDecompressTheFormatThatItNames) {
  FakeLinux fake;
  fake.file("sys/module/compression", "xz\n");
  ASSERT_TRUE(fake.kernel.load(fake.file("a.ko.xz", xz_file), {}));
  EXPECT_EQ(fake.calls->made, std::vector<std::string>{"finit_module flags=4 "});
}

TEST(Linux, DecompressesItselfWhatTheKernelDoesNot) {
  FakeLinux fake;
  fake.file("sys/module/compression", "zstd\n");
  ASSERT_TRUE(fake.kernel.load(fake.file("a.ko.xz", xz_file), {.parameters = "n=1"}));
  ASSERT_TRUE(fake.kernel.load(fake.file("b.ko.gz", gzip_file), {}));
  EXPECT_EQ(fake.calls->made, (std::vector<std::string>{"init_module n=1", "init_module "}));
  EXPECT_EQ(fake.calls->image, "");
}

TEST(Linux, DecompressesItselfIfTheKernelCannotAfterAll) {
  FakeLinux fake;
  fake.file("sys/module/compression", "xz\n");
  fake.calls->finit_result = EOPNOTSUPP;
  ASSERT_TRUE(fake.kernel.load(fake.file("a.ko.xz", xz_file), {}));
  EXPECT_EQ(fake.calls->made, (std::vector<std::string>{"finit_module flags=4 ", "init_module "}));
}

TEST(Linux, SaysThatAModuleIsLoadedOnDemandOnlyToAKernelThatKnowsWhatThatIs) {
  FakeLinux fake;
  const std::string path = fake.file("a.ko", "\177ELF and so on");
  EXPECT_TRUE(fake.kernel.load(path, {.on_demand = true}));
  EXPECT_EQ(fake.calls->made.back(), "finit_module flags=0 ");
  fake.calls->finit_result = EBADF;  // of a user-space kernel without a descriptor
  EXPECT_FALSE(fake.kernel.load(path, {.on_demand = true}));
  EXPECT_EQ(fake.calls->made.back(), "finit_module flags=1073741824 ");
}

TEST(Linux, UsesInitModuleWhereFinitModuleIsMissing) {
  FakeLinux fake;
  fake.calls->finit_result = ENOSYS;
  ASSERT_TRUE(fake.kernel.load(fake.file("a.ko", "image"), {}));
  EXPECT_EQ(fake.calls->image, "image");
}

TEST(Linux, SaysThatAKernelWithoutModulesHasNone) {
  FakeLinux fake;
  fake.calls->finit_result = fake.calls->init_result = fake.calls->delete_result = ENOSYS;
  fake.file("proc/version", "Linux");
  auto load = fake.kernel.load(fake.file("a.ko", "image"), {});
  auto unload = fake.kernel.unload("a", {});
  auto list = fake.kernel.modules();
  ASSERT_FALSE(load || unload || list);
  for (const Error& error : {load.error(), unload.error(), list.error()}) {
    EXPECT_EQ(error.code, ENOSYS);
    EXPECT_NE(error.cure.find("kmodern kernel start"), std::string::npos) << error.cure;
  }
}

TEST(Linux, PassesTheKernelsErrnoOn) {
  FakeLinux fake;
  for (int code : {ENOENT, ENOEXEC, EEXIST, EINVAL, EKEYREJECTED}) {
    fake.calls->finit_result = code;
    auto done = fake.kernel.load(fake.file("a.ko", "image"), {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, code);
  }
}

TEST(Linux, SaysWhyItIsNotPermitted) {
  FakeLinux fake;
  fake.calls->finit_result = fake.calls->delete_result = EPERM;
  fake.file("proc/sys/kernel/modules_disabled", "1\n");
  auto disabled = fake.kernel.unload("a", {});
  ASSERT_FALSE(disabled);
  EXPECT_NE(disabled.error().reason.find("modules_disabled is 1"), std::string::npos);
  fake.file("proc/sys/kernel/modules_disabled", "0\n");
  fake.file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
  auto locked = fake.kernel.load(fake.file("a.ko", "image"), {});
  ASSERT_FALSE(locked);
  EXPECT_NE(locked.error().reason.find("locked down"), std::string::npos);
}

TEST(Linux, RefusesADirectoryAndAMissingFileBeforeAnySystemCall) {
  FakeLinux fake;
  auto directory = fake.kernel.load(fake.folder.path(), {});
  auto missing = fake.kernel.load(fake.folder.path() + "/none.ko", {});
  ASSERT_FALSE(directory || missing);
  EXPECT_EQ(directory.error().code, EISDIR);
  EXPECT_EQ(missing.error().code, ENOENT);
  EXPECT_TRUE(fake.calls->made.empty());
}

TEST(Linux, UnloadsWithoutWaitingAndForcesOnRequest) {
  FakeLinux fake;
  ASSERT_TRUE(fake.kernel.unload("a", {}));
  ASSERT_TRUE(fake.kernel.unload("a", {.force = true}));
  EXPECT_EQ(fake.calls->made,
            (std::vector<std::string>{"delete_module a " + std::to_string(O_NONBLOCK),
                                      "delete_module a " + std::to_string(O_NONBLOCK | O_TRUNC)}));
}

TEST(Linux, FindsAModuleInItsList) {
  FakeLinux fake;
  fake.file("proc/modules", "b 8192 0 - Live 0x0\na 4096 1 b, Live 0x0\n");
  auto found = fake.kernel.module("a");
  auto missing = fake.kernel.module("c");
  ASSERT_TRUE(found && missing);
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->holders, std::vector<std::string>{"b"});
  EXPECT_FALSE(*missing);
}

TEST(Linux, TellsBuiltInCodeByItsMissingState) {
  FakeLinux fake;
  fake.file("sys/module/tcp_cubic/parameters/beta", "717\n");
  fake.file("sys/module/loop/initstate", "live\n");
  EXPECT_TRUE(fake.kernel.builtin("tcp_cubic").value());
  EXPECT_FALSE(fake.kernel.builtin("loop").value());
  EXPECT_FALSE(fake.kernel.builtin("nothing").value());
}

TEST(Linux, TellsWhatTaintsIt) {
  FakeLinux fake;
  fake.file("proc/sys/kernel/tainted", "4097\n");
  EXPECT_EQ(fake.kernel.tainted().value(), 4097u);
}

TEST(KernelLog, PicksTheLinesAboutOneModule) {
  constexpr std::string_view records =
      "3,1001,5,-;hello: Unknown symbol printf (err -2)\n"
      " SUBSYSTEM=module\n"
      "6,1002,6,-;other: loaded\n"
      "3,1003,7,-;module: hello: Unknown rela relocation: 42\n"
      "3,1004,8,-;hello: Unknown symbol printf (err -2)\n"
      "4,1005,9,-;hello2: bad vermagic: kernel tainted.\n";
  EXPECT_EQ(records_about(records, "hello"),
            (std::vector<std::string>{"hello: Unknown symbol printf (err -2)",
                                      "module: hello: Unknown rela relocation: 42"}));
}

TEST(KernelLog, IsEmptyWhereItMayNotBeRead) {
  KernelLog log("/nonexistent/kmsg");
  EXPECT_TRUE(log.since("hello").empty());
}

}  // namespace
}  // namespace kmodern::kernel
