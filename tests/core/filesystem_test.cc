// Filesystems that modules serve, with the example module for MS-DOS images.
#include <random>

#include "core/using.h"

extern "C" int msdos_module_init(void);
extern "C" void msdos_module_exit(void);

namespace kmodern::core {

namespace {

constexpr std::size_t sector = 512;

void put(std::string& to, std::size_t at, unsigned number, int bytes) {
  for (; bytes-- > 0; number >>= 8) to.at(at++) = static_cast<char>(number & 0xff);
}

void put_fat12(std::string& image, unsigned cluster, unsigned value) {
  const std::size_t at = sector + cluster + cluster / 2;
  const unsigned shift = cluster % 2 * 4;
  const unsigned old =
      static_cast<unsigned char>(image[at]) | static_cast<unsigned char>(image[at + 1]) << 8;
  put(image, at, (old & ~(0xfffu << shift)) | value << shift, 2);
}

void put_entry(std::string& image, std::size_t at, std::string_view name, unsigned attributes,
               unsigned cluster, unsigned size) {
  image.replace(at, 11, name);
  put(image, at + 11, attributes, 1);
  put(image, at + 24, (46u << 9) | (11u << 5) | 21, 2);  // 2026-11-21
  put(image, at + 26, cluster, 2);
  put(image, at + 28, size, 4);
}

std::string long_text() {
  std::string text;
  for (int line = 0; text.size() < 1200; ++line) text += fmt::format("line {}\n", line);
  return text;
}

// Sectors: 0 the boot sector, 1 the table, 2 the root folder, from 3 on clusters of one sector.
std::string small_image() {
  std::string image(64 * sector, '\0');
  put(image, 11, sector, 2);
  put(image, 13, 1, 1);
  put(image, 14, 1, 2);
  put(image, 16, 1, 1);
  put(image, 17, 16, 2);
  put(image, 19, 64, 2);
  put(image, 22, 1, 2);
  put(image, 510, 0xaa55, 2);
  put_entry(image, 2 * sector, "A LABEL    ", 0x08, 0, 0);
  put_entry(image, 2 * sector + 32, "LONG    TXT", 0, 2, static_cast<unsigned>(long_text().size()));
  put_entry(image, 2 * sector + 64, "FOLDER     ", 0x10, 7, 0);
  put_fat12(image, 2, 5);  // not in order
  put_fat12(image, 5, 3);
  put_fat12(image, 3, 0xfff);
  put_fat12(image, 7, 0xfff);
  std::string text = long_text();
  text.resize(3 * sector);
  image.replace(3 * sector, sector, text, 0, sector);
  image.replace(6 * sector, sector, text, sector, sector);
  image.replace(4 * sector, sector, text, 2 * sector, sector);
  put_entry(image, 8 * sector, "B          ", 0, 8, 5);
  put_fat12(image, 8, 0xfff);
  image.replace(9 * sector, 5, "below");
  return image;
}

}  // namespace

class Filesystems : public UsingTest {
 protected:
  static std::string msdos(const std::string& image, const std::string& operation,
                           const std::string& path) {
    return used({"filesystem", "msdos", "image", operation, path}, image);
  }
};

class Msdos : public Filesystems {
 protected:
  Msdos() { EXPECT_EQ(run(msdos_module_init), 0); }
  ~Msdos() override {
    run(msdos_module_exit);
    EXPECT_EQ(left(), std::vector<std::string>());
    EXPECT_EQ(host().oopses, std::vector<std::string>());
  }
};

TEST_F(Filesystems, ThatAreNotThereAreAskedForByName) {
  EXPECT_EQ(msdos(small_image(), "ls", "/"), "ENODEV");
  EXPECT_EQ(asked(), std::vector<std::string>{"fs-msdos"});
  EXPECT_EQ(host().wanted[0].cause, "mount of msdos");
}

TEST_F(Filesystems, AreUsedAsSoonAsTheModuleHasCome) {
  host().loads = [] { run(msdos_module_init); };
  EXPECT_EQ(msdos(small_image(), "cat", "/folder/b"), "below");
  EXPECT_EQ(msdos(small_image(), "cat", "/folder/b"), "below");
  EXPECT_EQ(asked(), std::vector<std::string>{"fs-msdos"}) << "the second time it is there";
  run(msdos_module_exit);
}

TEST_F(Filesystems, AreTakenAwayIfTheModuleLeavesThemBehind) {
  run(msdos_module_init);
  EXPECT_EQ(left(), std::vector<std::string>{"filesystem msdos"});
  EXPECT_EQ(msdos(small_image(), "ls", "/"), "ENODEV");
}

TEST_F(Msdos, ListsFoldersAndFiles) {
  EXPECT_EQ(msdos(small_image(), "ls", "/"), "long.txt\nfolder/\n");
  EXPECT_EQ(msdos(small_image(), "ls", "/FOLDER/"), "b\n");
}

TEST_F(Msdos, ReadsAFileInTheOrderOfItsClusters) {
  EXPECT_EQ(msdos(small_image(), "cat", "/long.txt"), long_text());
}

TEST_F(Msdos, TellsSizeAndTime) {
  const std::string facts = msdos(small_image(), "stat", "/LONG.TXT");
  EXPECT_NE(facts.find(fmt::format("size {}\n", long_text().size())), std::string::npos) << facts;
  EXPECT_NE(facts.find("modified @1795219200\n"), std::string::npos) << facts;
}

TEST_F(Msdos, ReadsAtPositions) {
  auto file = open({"filesystem", "msdos", "image", "cat", "/long.txt"}, small_image());
  ASSERT_TRUE(file);
  std::array<std::byte, 600> bytes;
  for (const std::int64_t at : {1000, 300, 511}) {
    const long got = (*file)->read_at(bytes, at).value();
    EXPECT_EQ(
        std::string(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(got)),
        long_text().substr(static_cast<std::size_t>(at), 600));
  }
}

TEST_F(Msdos, RefusesWhatIsNoSuchFilesystem) {
  EXPECT_EQ(msdos(std::string(64 * sector, 'x'), "ls", "/"), "EINVAL");
  EXPECT_EQ(msdos("tiny", "ls", "/"), "EIO");
  EXPECT_EQ(used({"filesystem", "msdos", "/dev/nosuch", "ls", "/"}), "ENOENT");
}

TEST_F(Msdos, EndsAtAChainThatEndsTooEarlyOrRunsInACircle) {
  std::string image = small_image();
  put_fat12(image, 5, 0xfff);
  EXPECT_EQ(msdos(image, "cat", "/long.txt"), "EIO");
  image = small_image();
  put_fat12(image, 7, 7);
  put_entry(image, 8 * sector, "B          ", 0, 8, 0xffffffff);
  for (unsigned at = 1; at < 16; ++at)
    put_entry(image, 8 * sector + at * 32, "C          ", 0, 8, 5);
  EXPECT_EQ(msdos(image, "cat", "/folder/nosuch"), "ENOENT");
  put_fat12(image, 8, 8);
  EXPECT_EQ(msdos(image, "cat", "/folder/b"), "EIO");
}

TEST_F(Msdos, LivesThroughDamagedImages) {
  std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int round = 0; round < 600; ++round) {
    std::string image = small_image();
    for (unsigned changes = 1 + random() % 6; changes > 0; --changes)
      image[random() % (random() % 2 == 0 ? 64 : 10 * sector)] = static_cast<char>(random());
    if (round % 10 == 0) image.resize(random() % image.size());
    if (image.empty()) continue;
    for (const char* path : {"/long.txt", "/folder/b"}) {
      EXPECT_NE(msdos(image, "cat", path), "fault");
      EXPECT_NE(msdos(image, "ls", path), "EFAULT");
    }
    EXPECT_NE(msdos(image, "ls", "/folder"), "EFAULT");
  }
}

}  // namespace kmodern::core
