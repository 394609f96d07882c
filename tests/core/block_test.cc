// Block devices that hold data, with the example module.
#include <fcntl.h>
#include <linux/fs.h>

#include "core/using.h"

extern "C" int ramdisk_module_init(void);
extern "C" void ramdisk_module_exit(void);

namespace kmodern::core {

class Blocks : public UsingTest {
 protected:
  static Result<std::unique_ptr<OpenFile>> open_node(const std::string& path, int flags = O_RDWR) {
    return core().open(path, flags, {.what = "open file " + path, .pid = 4711, .comm = "test"});
  }
};

class Ramdisk : public Blocks {
 protected:
  Ramdisk() { EXPECT_EQ(run(ramdisk_module_init), 0); }
  ~Ramdisk() override {
    run(ramdisk_module_exit);
    EXPECT_EQ(left(), std::vector<std::string>());
  }

  static long write_at(OpenFile& file, std::string_view text, std::int64_t at) {
    return file.write_at(std::as_bytes(std::span(text)), at).value_or(-9999);
  }
  static std::string read_at(OpenFile& file, std::size_t size, std::int64_t at) {
    std::string text(size, '?');
    const long got = file.read_at(std::as_writable_bytes(std::span(text)), at).value_or(-9999);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }
};

TEST_F(Blocks, ThatAreNotThereAreAskedForByNumbersThenByTheMajorAlone) {
  host().answer = 256;
  EXPECT_EQ(open_node("/dev/block/1:0").error().code, ENXIO);
  EXPECT_EQ(asked(), (std::vector<std::string>{"block-major-1-0", "block-major-1"}));
}

TEST_F(Blocks, AreOpenedAsSoonAsTheModuleHasCome) {
  host().loads = [] { run(ramdisk_module_init); };
  EXPECT_TRUE(open_node("/dev/block/1:0"));
  EXPECT_EQ(asked(), std::vector<std::string>{"block-major-1-0"});
  run(ramdisk_module_exit);
}

TEST_F(Blocks, AreTakenAwayIfTheModuleLeavesThemBehind) {
  run(ramdisk_module_init);
  std::vector<std::string> whats = left();
  std::ranges::sort(whats);
  EXPECT_EQ(whats, (std::vector<std::string>{"block of memory (4194304 bytes)", "disk",
                                             "major number of block devices ramdisk"}));
  EXPECT_FALSE(core().find("/dev/ram0"));
}

TEST_F(Ramdisk, HasANode) {
  const auto node = core().find("/dev/ram0");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->kind, Node::Kind::block);
  EXPECT_EQ(node->major, 1u);
}

TEST_F(Ramdisk, KeepsWhatIsWrittenAtAnyPosition) {
  auto disk = open_node("/dev/ram0");
  ASSERT_TRUE(disk);
  const std::string text(200000, 'x');
  EXPECT_EQ(write_at(**disk, "begin", 510), 5);
  EXPECT_EQ(write_at(**disk, "middle", 512 * 9 - 3), 6);
  EXPECT_EQ(read_at(**disk, 7, 509), std::string("\0begin\0", 7));
  EXPECT_EQ(read_at(**disk, 6, 512 * 9 - 3), "middle");
  EXPECT_GT(write_at(**disk, text, 100001), 0);
  EXPECT_EQ(read_at(**disk, 2, 100000), std::string("\0x", 2));
}

TEST_F(Ramdisk, EndsWhereItsCapacityDoes) {
  auto disk = open_node("/dev/ram0");
  ASSERT_TRUE(disk);
  constexpr std::int64_t size = 4 << 20;
  EXPECT_EQ((*disk)->seek(0, SEEK_END).value(), size);
  EXPECT_EQ(write_at(**disk, "abcd", size - 2), 2);
  EXPECT_EQ(read_at(**disk, 10, size - 2), "ab");
  EXPECT_EQ(read_at(**disk, 10, size), "");
  EXPECT_EQ(write_at(**disk, "a", size), -ENOSPC);
  std::uint64_t told = 0;
  EXPECT_EQ((*disk)->ioctl(BLKGETSIZE64, 0, std::as_writable_bytes(std::span(&told, 1))).value(),
            0);
  EXPECT_EQ(told, static_cast<std::uint64_t>(size));
}

}  // namespace kmodern::core
