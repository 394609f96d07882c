#include "kernel/linux/force.h"

#include <gtest/gtest.h>

#include "elf/elf.h"
#include "kernel/fake_linux.h"
#include "module/module.h"

namespace kmodern::kernel {
namespace {

std::string debian_crc7() {
  auto path = testing::debian_module("crc7.ko");
  return path.empty() ? "" : read_file(path).value_or("");
}

TEST(Force, TakesTheVermagicOutAndLeavesTheRestOfModinfo) {
  std::string image = debian_crc7();
  if (image.empty()) GTEST_SKIP() << "no Debian kernel";
  auto size = strip_marks(std::as_writable_bytes(std::span(image)), {.ignore_vermagic = true}, "x");
  ASSERT_TRUE(size) << describe(size.error());
  auto file = module::ModuleFile::from_memory(ByteView(image), "x");
  ASSERT_TRUE(file);
  auto modinfo = file->modinfo();
  ASSERT_TRUE(modinfo);
  EXPECT_FALSE(modinfo->first("vermagic"));
  EXPECT_EQ(modinfo->first("name"), "crc7");
  EXPECT_TRUE(file->object().find("__versions")->allocated());
}

TEST(Force, HidesTheSymbolVersions) {
  std::string image = debian_crc7();
  if (image.empty()) GTEST_SKIP() << "no Debian kernel";
  auto size =
      strip_marks(std::as_writable_bytes(std::span(image)), {.ignore_modversions = true}, "x");
  ASSERT_TRUE(size);
  auto object = elf::Object::open(elf::Input::memory(ByteView(image), "x"));
  ASSERT_TRUE(object);
  EXPECT_FALSE(object->find("__versions")->allocated());
  EXPECT_TRUE(object->find(".modinfo")->allocated());
}

TEST(Force, CutsTheSignatureThatWouldNoLongerFit) {
  std::string image = debian_crc7();
  if (image.empty()) GTEST_SKIP() << "no Debian kernel";
  auto size = strip_marks(std::as_writable_bytes(std::span(image)), {.ignore_vermagic = true}, "x");
  ASSERT_TRUE(size);
  EXPECT_LT(*size, image.size());
  EXPECT_FALSE(std::string_view(image).substr(0, *size).ends_with(module::signature_marker));
}

TEST(Force, StripsTheImageOnlyWhereTheKernelTakesNoFlags) {
  std::string image = debian_crc7();
  if (image.empty()) GTEST_SKIP() << "no Debian kernel";
  testing::FakeLinux fake;
  fake.calls->finit_result = ENOSYS;
  ASSERT_TRUE(fake.kernel.load(fake.file("crc7.ko", image), {.ignore_vermagic = true}));
  EXPECT_EQ(fake.calls->image.find("vermagic="), std::string::npos);
  EXPECT_EQ(read_file(fake.folder.path() + "/crc7.ko").value(), image);  // the file is as it was
}

TEST(Force, RefusesWhatIsNoElfFile) {
  std::string image = "text";
  auto size = strip_marks(std::as_writable_bytes(std::span(image)), {.ignore_vermagic = true}, "x");
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code, ENOEXEC);
}

}  // namespace
}  // namespace kmodern::kernel
