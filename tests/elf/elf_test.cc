#include "elf/elf.h"

#include <gtest/gtest.h>

#include "support/elf_builder.h"
#include "support/files.h"

namespace kmodern::elf {
namespace {

using kmodern::testing::ElfBuilder;

// Everything that holds for one format holds for all four.
class AnyFormat : public ::testing::TestWithParam<Format> {
 protected:
  ElfBuilder builder{GetParam()};
  std::string image;

  Result<Object> open() {
    image = builder.build();
    return Object::open(Input::memory(ByteView(image), "test.ko"));
  }
};

INSTANTIATE_TEST_SUITE_P(Elf, AnyFormat,
                         ::testing::Values(Format{true, std::endian::little},
                                           Format{true, std::endian::big},
                                           Format{false, std::endian::little},
                                           Format{false, std::endian::big}),
                         [](const auto& test) {
                           return std::string(test.param.is_64 ? "Bits64" : "Bits32") +
                                  (test.param.order == std::endian::little ? "Little" : "Big");
                         });

TEST_P(AnyFormat, GivesSectionsByNameWithTheirBytes) {
  builder.add({.name = ".modinfo", .flags = SHF_ALLOC, .bytes = "license=GPL"});
  auto object = open();
  ASSERT_TRUE(object) << describe(object.error());
  EXPECT_EQ(object->header().format.is_64, GetParam().is_64);
  ASSERT_NE(object->find(".modinfo"), nullptr);
  EXPECT_TRUE(object->find(".modinfo")->allocated());
  EXPECT_EQ(object->read(".modinfo")->view().text(), "license=GPL");
  EXPECT_EQ(object->find(".nothing"), nullptr);
  EXPECT_EQ(object->read(".nothing")->size(), 0u);
}

TEST_P(AnyFormat, GivesSymbolsWidenedAndNamed) {
  std::uint32_t strings =
      builder.add({.name = ".strtab", .type = SHT_STRTAB, .bytes = std::string("\0printk\0", 8)});
  builder.add({.name = ".symtab",
               .type = SHT_SYMTAB,
               .bytes = builder.symbol(0, 0, 0, 0) +
                        builder.symbol(1, 0x12345678, 7, STB_WEAK << 4 | STT_FUNC),
               .link = strings});
  auto object = open();
  ASSERT_TRUE(object) << describe(object.error());
  auto symbols = object->symbols();
  ASSERT_TRUE(symbols);
  ASSERT_EQ(symbols->size(), 2u);
  const Symbol symbol = (*symbols)[1];
  EXPECT_EQ(symbols->name(symbol), "printk");
  EXPECT_EQ(symbol.value, 0x12345678u);
  EXPECT_EQ(symbol.section, 7u);
  EXPECT_EQ(symbol.binding(), STB_WEAK);
  EXPECT_EQ(symbol.type(), STT_FUNC);
}

TEST_P(AnyFormat, GivesRelocationsWithNegativeAddends) {
  builder.add(
      {.name = ".rela.text", .type = SHT_RELA, .bytes = builder.relocation(0x10, 3, 10, -4)});
  auto object = open();
  ASSERT_TRUE(object) << describe(object.error());
  auto table = object->relocations(*object->find(".rela.text"));
  ASSERT_TRUE(table);
  ASSERT_EQ(table->size(), 1u);
  EXPECT_EQ((*table)[0].offset, 0x10u);
  EXPECT_EQ((*table)[0].symbol, 3u);
  EXPECT_EQ((*table)[0].type, 10u);
  EXPECT_EQ((*table)[0].addend, -4);
}

TEST_P(AnyFormat, RefusesEveryTruncationOfAnObject) {
  builder.add({.name = ".text", .bytes = "code"});
  const std::string whole = builder.build();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto object =
        Object::open(Input::memory(ByteView(std::string_view(whole).substr(0, size)), "cut.ko"));
    ASSERT_FALSE(object) << "cut to " << size << " bytes";
    EXPECT_EQ(object.error().code, ENOEXEC);
    EXPECT_EQ(object.error().subject, "cut.ko");
  }
}

TEST_P(AnyFormat, NamesTheOffsetOfASectionBeyondTheEnd) {
  builder.add({.name = ".text", .bytes = "code"});
  image = builder.build();
  // The size field of section 1.
  const std::size_t entry = GetParam().is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
  const std::size_t table = image.size() - 3 * entry;
  const std::size_t field =
      GetParam().is_64 ? offsetof(Elf64_Shdr, sh_size) : offsetof(Elf32_Shdr, sh_size);
  image.replace(table + entry + field, 4, "\x7f\x7f\x7f\x7f");
  auto object = Object::open(Input::memory(ByteView(image), "long.ko"));
  ASSERT_FALSE(object);
  EXPECT_NE(object.error().reason.find("section 1"), std::string::npos) << object.error().reason;
  EXPECT_NE(object.error().reason.find("beyond the end of the file"), std::string::npos);
}

TEST_P(AnyFormat, FindsSectionNamesThatBeginFarBeforeTheTable) {
  const std::string name(3000, 'n');
  builder.add({.name = name, .bytes = "code"});
  image = builder.build();
  auto object = Object::open(Input::memory(ByteView(image), "names.ko"));
  ASSERT_TRUE(object) << describe(object.error());
  EXPECT_EQ(object->read(name)->view().text(), "code");
}

// Linkers write the names right behind the symbols; the format does not ask for it.
TEST_P(AnyFormat, GivesTheSymbolsBehindTheLocalOnesWhereverTheirNamesAre) {
  for (const std::string between : {"", "between"}) {
    builder = kmodern::testing::ElfBuilder(GetParam());
    const std::string symbols = builder.symbol(0, 0, 0, 0) + builder.symbol(1, 0, 1, 0) +
                                builder.symbol(7, 0, 0, STB_GLOBAL << 4);
    builder.add({.name = ".symtab", .type = SHT_SYMTAB, .bytes = symbols, .link = 3, .info = 2});
    builder.add({.name = ".between", .bytes = between});
    builder.add(
        {.name = ".strtab", .type = SHT_STRTAB, .bytes = std::string("\0local\0global\0", 14)});
    image = builder.build();
    auto object = Object::open(Input::memory(ByteView(image), "symbols.ko"));
    auto all = object->symbols();
    ASSERT_TRUE(all) << describe(all.error());
    EXPECT_EQ(all->size(), 3u);
    EXPECT_EQ(all->name((*all)[1]), "local");
    auto globals = object->symbols(false);
    ASSERT_EQ(globals->size(), 1u);
    EXPECT_EQ(globals->first(), 2u);
    EXPECT_EQ(globals->name((*globals)[0]), "global");
  }
}

TEST_P(AnyFormat, RefusesAnOddAlignment) {
  builder.add({.name = ".text", .bytes = "code"});
  image = builder.build();
  const std::size_t entry = GetParam().is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
  const std::size_t field =
      GetParam().is_64 ? offsetof(Elf64_Shdr, sh_addralign) : offsetof(Elf32_Shdr, sh_addralign);
  const std::string three = builder.natural(3);
  image.replace(image.size() - 2 * entry + field, three.size(), three);
  auto object = Object::open(Input::memory(ByteView(image), "odd.ko"));
  ASSERT_FALSE(object);
  EXPECT_NE(object.error().reason.find("alignment 3"), std::string::npos) << object.error().reason;
}

TEST(Elf, SaysWhatAFileThatIsNoObjectLooksLike) {
  for (auto [bytes, words] : {std::pair{"", "the file is empty"},
                              {"#!/bin/sh\n", "it is a script"},
                              {"hello world\n", "it is a text file"},
                              {"\x01\x02\x03\x04", "it is not an ELF file"}}) {
    auto object = Object::open(Input::memory(ByteView(std::string_view(bytes)), "file.ko"));
    ASSERT_FALSE(object);
    EXPECT_EQ(object.error().code, ENOEXEC);
    EXPECT_NE(object.error().reason.find(words), std::string::npos) << object.error().reason;
  }
}

TEST(Elf, ReadsWhatTheCompilerMakesFor32And64Bit) {
  auto directory = kmodern::testing::temporary_directory();
  for (auto [flags, is_64] :
       {std::pair{"-m32 -ffreestanding -fno-pic", false}, {"-m64 -ffreestanding", true}}) {
    auto path = kmodern::testing::compile(directory, "f.c",
                                          "extern int g(int); int f(void) { return g(1); }", flags);
    auto fd = open_for_reading(path);
    ASSERT_TRUE(fd) << describe(fd.error());
    auto object = Object::open(*Input::file(std::move(*fd), path));
    ASSERT_TRUE(object) << describe(object.error());
    EXPECT_EQ(object->header().format.is_64, is_64);
    EXPECT_EQ(object->header().machine, is_64 ? EM_X86_64 : EM_386);
    auto symbols = object->symbols();
    bool found = false;
    for (std::uint32_t index = 0; index < symbols->size(); ++index) {
      const Symbol symbol = (*symbols)[index];
      found = found || (symbols->name(symbol) == "g" && symbol.undefined());
    }
    EXPECT_TRUE(found);
  }
}

}  // namespace
}  // namespace kmodern::elf
