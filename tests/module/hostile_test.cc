// Damaged modules: every truncation of a small real one, and 100,000 mutations of real ones.
// Nothing may crash, hang or read out of bounds (the asan build runs this too); what is refused is
// refused with the file's name.
#include <gtest/gtest.h>

#include <random>

#include "module/module.h"
#include "support/files.h"

namespace kmodern::module {
namespace {

// Reads all that a module file says, touching every byte of every result; the number of errors met.
int read_everything(ByteView image) {
  auto file = ModuleFile::from_memory(image, "hostile.ko");
  if (!file) {
    EXPECT_EQ(file.error().subject, "hostile.ko");
    EXPECT_FALSE(file.error().reason.empty());
    return 1;
  }
  int errors = 0;
  std::size_t touched = 0;
  auto touch = [&](std::string_view text) {
    for (char character : text) touched += static_cast<unsigned char>(character);
  };
  if (auto info = file->modinfo()) {
    for (const ModinfoEntry& entry : info->entries()) touch(entry.key), touch(entry.value);
    for (const Parameter& parameter : parameters(*info)) touch(parameter.description);
  } else {
    ++errors;
  }
  if (auto exports = file->exports()) {
    for (const Export& symbol : *exports) touch(symbol.name), touch(symbol.symbol_namespace);
  } else {
    ++errors;
  }
  if (auto imports = file->imports()) {
    for (const Import& symbol : *imports) touch(symbol.name);
  } else {
    ++errors;
  }
  if (auto signature = file->signature()) {
    if (*signature) touch((*signature)->pkcs7.view().text());
  } else {
    ++errors;
  }
  if (auto id = file->build_id()) {
    touch(*id);
  } else {
    ++errors;
  }
  return errors;
}

TEST(HostileModule, EveryTruncationOfASmallModuleIsRefused) {
  const std::string path = kmodern::testing::debian_module("crc7.ko");
  if (path.empty()) GTEST_SKIP() << "Debian's kernel is not here: run tools/fetch-debian-kernel";
  const std::string whole = *read_file(path);
  // The section table ends where the signature starts: a file cut within its ELF part must be
  // refused.
  const std::uint64_t elf_size = (*ModuleFile::open(path)->signature())->signed_size;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of the exact size, so that a sanitizer sees a read past its end.
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const int errors = read_everything(ByteView(std::string_view(cut.data(), cut.size())));
    if (size < elf_size) {
      EXPECT_GT(errors, 0) << "cut to " << size << " bytes";
    }
  }
}

TEST(HostileModule, AHundredThousandMutationsDoNoHarm) {
  std::mt19937 random(20260101);
  auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  int mutations = 0;
  int refused = 0;
  for (std::string name : {"crc7.ko", "libcrc32c.ko", "usb-common.ko", "xor.ko", "nls_utf8.ko"}) {
    const std::string path = kmodern::testing::debian_module(name);
    if (path.empty()) GTEST_SKIP() << "Debian's kernel is not here: run tools/fetch-debian-kernel";
    const std::string whole = *read_file(path);
    const std::uint64_t table = ModuleFile::open(path)->object().header().section_table_offset;
    std::string image = whole;
    for (int round = 0; round < 20'000; ++round, ++mutations) {
      std::vector<std::size_t> changed;
      for (std::size_t count = 1 + below(8); count > 0; --count) {
        // Half of them where structure is: in the ELF header and the section table.
        std::size_t at = below(image.size());
        if (below(2) == 0) at = below(4) == 0 ? below(64) : table + below(image.size() - table);
        image[at] = static_cast<char>(below(256));
        changed.push_back(at);
      }
      refused += read_everything(ByteView(image)) > 0;
      for (std::size_t at : changed) image[at] = whole[at];
    }
  }
  EXPECT_EQ(mutations, 100'000);
  EXPECT_GT(refused, 1000) << "mutations that nobody notices test nothing";
}

}  // namespace
}  // namespace kmodern::module
