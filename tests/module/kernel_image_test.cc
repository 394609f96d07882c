#include "module/kernel_image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "module/built_in.h"
#include "module/installed.h"
#include "module/symvers.h"
#include "module/system_map.h"
#include "support/files.h"

namespace kmodern::module {
namespace {

TEST(Symvers, ReadsEveryColumn) {
  auto entries = parse_symvers(
      "0x4c9d28b0\tfoo\tvmlinux\tEXPORT_SYMBOL\t\n0x00000001\tbar\tdrivers/cxl/core\t"
      "EXPORT_SYMBOL_GPL\tCXL\n",
      "Module.symvers");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].crc, 0x4c9d28b0u);
  EXPECT_FALSE((*entries)[0].gpl_only);
  EXPECT_TRUE((*entries)[1].gpl_only);
  EXPECT_EQ((*entries)[1].symbol_namespace, "CXL");
}

TEST(Symvers, NamesTheLineThatIsWrong) {
  auto entries = parse_symvers("0x1\ta\tb\tEXPORT_SYMBOL\t\nrubbish\n", "M");
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().subject, "M:2");
}

TEST(SystemMap, KnowsDebiansDummy) {
  auto map = parse_system_map("ffffffffffffffff B The real System.map is elsewhere\n", "S");
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, ENODATA);
}

TEST(SystemMap, ExportedSymbolsHaveACompanion) {
  std::string text = "0000000000000010 r __ksymtab_foo\n0000000000000020 T foo\n30 T bar\n";
  auto map = parse_system_map(text, "S");
  ASSERT_TRUE(map);
  auto found = exported(*map);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].address, 0x20u);
}

TEST(KernelImage, ExportsWhatModuleSymversSays) {
  std::string root = kmodern::testing::debian_kernel();
  if (root.empty()) GTEST_SKIP() << "Debian's kernel is not in the cache";
  auto image = KernelImage::open(root + "/boot/vmlinuz-6.1.0-56-amd64");
  ASSERT_TRUE(image) << describe(image.error());
  auto exports = image->exports();
  ASSERT_TRUE(exports) << describe(exports.error());
  EXPECT_EQ(exports->size(), 10503u);
  std::string path = root + "/usr/src/linux-headers-6.1.0-56-amd64/Module.symvers";
  auto text = read_file(path);
  auto entries = parse_symvers(*text, path);
  ASSERT_TRUE(entries);
  std::map<std::string_view, const SymversEntry*> known;
  for (const SymversEntry& entry : *entries)
    if (entry.module == "vmlinux") known[entry.name] = &entry;
  for (const Export& symbol : *exports) {
    ASSERT_TRUE(known.contains(symbol.name)) << symbol.name;
    const SymversEntry& entry = *known[symbol.name];
    EXPECT_EQ(symbol.crc, entry.crc) << symbol.name;
    EXPECT_EQ(symbol.gpl_only, entry.gpl_only) << symbol.name;
    EXPECT_EQ(symbol.symbol_namespace, entry.symbol_namespace) << symbol.name;
  }
}

TEST(KernelImage, TellsWhatIsBuiltInWithItsParametersAndVersion) {
  const std::string root = kmodern::testing::debian_kernel();
  if (root.empty()) GTEST_SKIP() << "Debian's kernel is not in the cache";
  const auto image = KernelImage::open(root + "/boot/vmlinuz-6.1.0-56-amd64");
  ASSERT_TRUE(image) << describe(image.error());
  const auto memory = ImageMemory::of(*image);
  ASSERT_TRUE(memory) << describe(memory.error());
  const auto modules = built_in_modules(*image, *memory);
  ASSERT_TRUE(modules) << describe(modules.error());
  EXPECT_EQ(modules->at("tcp_cubic").version, "2.3");
  const auto& parameters = modules->at("tcp_cubic").parameters;
  EXPECT_EQ(parameters.size(), 9u);
  const auto beta = std::ranges::find(parameters, "beta", &BuiltInParameter::name);
  ASSERT_NE(beta, parameters.end());
  EXPECT_EQ(beta->mode, 0644u);
  EXPECT_EQ(memory->at(beta->argument, 4).number<std::uint32_t>(0), 717u);
  EXPECT_EQ(modules->at("kernel").version, "") << "what belongs to no module";
  EXPECT_FALSE(modules->contains("crc32_pclmul"));
}

// A bzImage (boot.rst) of that payload, with the size of what is in it behind it.
std::string boot_image(std::string payload, std::uint32_t size) {
  payload.append(reinterpret_cast<const char*>(&size), sizeof size);
  std::string image(2 * 512, '\0');
  const auto put = [&](std::size_t at, auto value) {
    image.replace(at, sizeof value, reinterpret_cast<const char*>(&value), sizeof value);
  };
  put(0x1f1, std::uint8_t{1});
  put(0x1fe, std::uint16_t{0xaa55});
  put(0x202, std::uint32_t{0x53726448});
  put(0x206, std::uint16_t{0x20f});
  put(0x248, std::uint32_t{0});
  put(0x24c, static_cast<std::uint32_t>(payload.size()));
  return image + payload;
}

// Two blocks of nothing but literals: a token, the length's rest, the bytes (lz4_Block_format.md).
std::string lz4_of(std::string_view bytes) {
  std::string stream = "\x02\x21\x4c\x18";
  for (const std::string_view half :
       {bytes.substr(0, bytes.size() / 2), bytes.substr(bytes.size() / 2)}) {
    std::string block = "\xf0";
    block.append((half.size() - 15) / 255, '\xff');
    block += static_cast<char>((half.size() - 15) % 255);
    block += half;
    const auto length = static_cast<std::uint32_t>(block.size());
    stream.append(reinterpret_cast<const char*>(&length), sizeof length);
    stream += block;
  }
  return stream;
}

TEST(KernelImage, IsUnpackedFromLz4) {
  const auto folder = kmodern::testing::temporary_directory();
  const std::string kernel = *read_file(kmodern::testing::compile(
      folder, "vmlinux.s", ".section __ksymtab_strings,\"a\"\n.asciz \"printk\"\n"));
  const auto size = static_cast<std::uint32_t>(kernel.size());
  const std::string packed = boot_image(lz4_of(kernel), size);
  const auto image = KernelImage::from_memory(ByteView(packed), "vmlinuz");
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_NE(image->object().find("__ksymtab_strings"), nullptr);

  const std::string cut = lz4_of(kernel).substr(0, size / 2);
  for (const std::string& bad : {boot_image(lz4_of(kernel), size + 1), boot_image(cut, size)}) {
    const auto refused = KernelImage::from_memory(ByteView(bad), "vmlinuz");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EILSEQ) << describe(refused.error());
  }
}

TEST(InstalledKernel, IsFoundWhereItsPackageOrItsInstallationPutIt) {
  const auto folder = kmodern::testing::temporary_directory();
  const std::string& root = folder.path();
  EXPECT_EQ(image_path(root, "7.2"), root + "/boot/vmlinuz-7.2");  // said to be missing
  kmodern::testing::write_file(root + "/usr/lib/modules/7.2/vmlinuz", "");
  EXPECT_EQ(image_path(root, "7.2"), root + "/usr/lib/modules/7.2/vmlinuz");
  EXPECT_EQ(modules_folder(root, "7.2"), root + "/usr/lib/modules/7.2");
  kmodern::testing::write_file(root + "/boot/vmlinuz-7.2", "");
  EXPECT_EQ(image_path(root, "7.2"), root + "/boot/vmlinuz-7.2");
  std::filesystem::create_symlink("usr/lib", root + "/lib");
  EXPECT_EQ(modules_folder(root, "7.2"), root + "/lib/modules/7.2");
}

}  // namespace
}  // namespace kmodern::module
