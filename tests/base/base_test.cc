#include <gtest/gtest.h>

#include <atomic>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "support/files.h"

namespace kmodern {
namespace {

using testing::temporary_directory;
using testing::write_file;

Result<int> half(int number) {
  if (number % 2 != 0) return fail(EINVAL, "half", "is odd");
  return number / 2;
}
Result<int> quarter(int number) {
  TRY(int once, half(number));
  TRY(int twice, half(once));
  return twice;
}

TEST(Error, TryPassesTheErrorUpAndTheValueOn) {
  EXPECT_EQ(*quarter(8), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().code, EINVAL);
}

TEST(Error, DescribesItselfInOneLine) {
  EXPECT_EQ(describe({ENOEXEC, "a.ko", "is a text file", "give it a module"}),
            "a.ko: is a text file (ENOEXEC: Exec format error); give it a module");
  EXPECT_EQ(describe(fail_errno(ENOENT, "a.ko", "cannot open").error()),
            "a.ko: cannot open: No such file or directory (ENOENT)");
}

TEST(ByteView, NeverReadsOutsideEvenWithHugeOffsets) {
  ByteView view(std::string_view("\x01\x02\x03\x04", 4));
  EXPECT_EQ(view.number<std::uint32_t>(0, std::endian::little), 0x04030201u);
  EXPECT_EQ(view.number<std::uint32_t>(0, std::endian::big), 0x01020304u);
  EXPECT_EQ(view.number<std::uint32_t>(1), std::nullopt);
  EXPECT_EQ(view.number<std::uint8_t>(~0ull), std::nullopt);
  EXPECT_FALSE(view.slice(2, ~0ull));
  EXPECT_FALSE(view.slice(~0ull, 2));
  EXPECT_EQ(view.slice(4, 0)->size(), 0u);
}

TEST(ByteView, AStringWithoutItsEndIsNone) {
  ByteView view(std::string_view("ab\0cd", 5));
  EXPECT_EQ(view.c_string(0), "ab");
  EXPECT_EQ(view.c_string(2), "");
  EXPECT_EQ(view.c_string(3), std::nullopt);
  EXPECT_EQ(view.c_string(9), std::nullopt);
}

TEST(AtomicFile, AppearsWholeOrNotAtAll) {
  auto directory = temporary_directory();
  const std::string path = directory.path() + "/list";
  write_file(path, "old");
  {
    auto file = AtomicFile::create(path);
    ASSERT_TRUE(file) << describe(file.error());
    ASSERT_TRUE(file->write("half of the new"));
  }
  EXPECT_EQ(*read_file(path), "old");
  auto file = AtomicFile::create(path);
  ASSERT_TRUE(file->write("new") && file->commit());
  EXPECT_EQ(*read_file(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1)
      << "a temporary was left";
}

TEST(File, ReadsGeneratedFilesWhoseSizeIsZero) {
  auto text = read_file("/proc/self/status");
  ASSERT_TRUE(text) << describe(text.error());
  EXPECT_TRUE(text->starts_with("Name:"));
}

TEST(Text, NormalizesNamesButNotInsideBrackets) {
  EXPECT_EQ(normalize_name("snd-hda-intel"), "snd_hda_intel");
  EXPECT_EQ(normalize_name("pci:v[a-z]-x"), "pci:v[a-z]_x");
  EXPECT_EQ(normalize_name("bad[name"), std::nullopt);
  EXPECT_EQ(normalize_name("bad]name"), std::nullopt);
}

TEST(Text, TakesAModulesNameFromItsPath) {
  EXPECT_EQ(module_name_of_path("kernel/sound/snd-pcm.ko"), "snd_pcm");
  EXPECT_EQ(module_name_of_path("ext4.ko.xz"), "ext4");
  EXPECT_EQ(module_name_of_path("ext4.ko.bz2"), std::nullopt);
  EXPECT_EQ(module_name_of_path(".ko"), std::nullopt);
}

TEST(Text, ParsesNumbersWholeOrNotAtAll) {
  EXPECT_EQ(parse_number("0x1f"), 31u);
  EXPECT_EQ(parse_number("010"), 8u);
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("12k"), std::nullopt);
  EXPECT_EQ(parse_number(""), std::nullopt);
  EXPECT_EQ(parse_number("99999999999999999999"), std::nullopt);
}

TEST(Parallel, DoesEveryPieceOnce) {
  std::vector<std::atomic<int>> done(1000);
  parallel_for(done.size(), [&](std::size_t index, unsigned) { ++done[index]; }, 8);
  for (const auto& count : done) EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace kmodern
