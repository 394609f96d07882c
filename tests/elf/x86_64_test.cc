// Each relocation type, from one line of assembly: linked at chosen addresses, checked byte for
// byte.
#include "elf/x86_64.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "elf/layout.h"
#include "elf/relocate.h"
#include "support/files.h"

namespace kmodern::elf {
namespace {

constexpr std::uint64_t here = 0x10000000;  // where the section is linked

struct Linked {
  Result<std::size_t> count = 0;
  std::string bytes;
};

// Assembles `text`, gives every undefined symbol the address `target`, and relocates .text.
Linked link(const std::string& text, std::uint64_t target) {
  auto folder = kmodern::testing::temporary_directory();
  std::string path = folder.path() + "/x.o";
  kmodern::testing::write_file(folder.path() + "/x.s", text + "\n");
  std::string command = "as --64 -o " + path + " " + folder.path() + "/x.s";
  EXPECT_EQ(std::system(command.c_str()), 0);
  auto fd = open_for_reading(path);
  auto object = Object::open(*Input::file(std::move(*fd), path));
  auto symbols = object->symbols();
  std::vector<std::uint64_t> addresses(symbols->size(), target);
  const Section& section = *object->find(".text");
  std::string bytes(object->read(section)->view().text());
  std::vector<SectionMemory> sections(object->sections().size());
  sections[section.index] = {here, std::as_writable_bytes(std::span(bytes.data(), bytes.size()))};
  Linked result;
  result.count = relocate(*object, sections, addresses);
  result.bytes = bytes;
  return result;
}

std::string hex(const std::string& bytes) {
  std::string result;
  for (unsigned char byte : bytes) {
    result += "0123456789abcdef"[byte >> 4];
    result += "0123456789abcdef"[byte & 15];
  }
  return result;
}

void refuses(const std::string& text, std::uint64_t target, std::string_view words) {
  Linked linked = link(text, target);
  ASSERT_FALSE(linked.count) << text;
  EXPECT_EQ(linked.count.error().code, ENOEXEC);
  EXPECT_NE(describe(linked.count.error()).find(words), std::string::npos)
      << describe(linked.count.error());
}

TEST(X86_64, NoneChangesNothing) {
  EXPECT_EQ(hex(link(".reloc 0, R_X86_64_NONE, foo\n.long 0x11223344", 5).bytes), "44332211");
}

TEST(X86_64, Absolute64TakesAnyAddress) {
  EXPECT_EQ(hex(link(".quad foo+1", 0xffffffff81000000).bytes), "01000081ffffffff");
}

TEST(X86_64, Absolute32TakesTheLowest4GiB) {
  EXPECT_EQ(hex(link(".long foo", 0xfedcba98).bytes), "98badcfe");
  refuses(".long foo", 0x100000000, "overflow in relocation type 10");
  refuses(".long foo", 0xffffffff81000000, "overflow in relocation type 10");
}

TEST(X86_64, Signed32TakesTheLowestAndTheHighest2GiB) {
  EXPECT_EQ(hex(link("movq $foo, %rax", 0x7fffffff).bytes), "48c7c0ffffff7f");
  EXPECT_EQ(hex(link("movq $foo, %rax", 0xffffffff80000000).bytes), "48c7c000000080");
  refuses("movq $foo, %rax", 0x80000000, "overflow in relocation type 11");
  refuses("movq $foo, %rax", 0xffffffff7fffffff, "-mcmodel=kernel");
}

TEST(X86_64, Relative32CountsFromItsField) {
  EXPECT_EQ(hex(link(".long foo - .", here + 0x10).bytes), "10000000");
  refuses(".long foo - .", here + 0x80000000, "overflow in relocation type 2");
}

TEST(X86_64, CallsGoStraightToTheirTarget) {
  EXPECT_EQ(hex(link("call foo", here).bytes), "e8fbffffff");
  refuses("call foo", here + 0x100000000, "overflow in relocation type 4");
}

TEST(X86_64, Relative64ReachesAnything) {
  EXPECT_EQ(hex(link(".quad foo - .", here - 1).bytes), "ffffffffffffffff");
}

TEST(X86_64, RefusesAPlaceThatIsNotZero) {
  refuses(".reloc 0, R_X86_64_64, foo\n.quad 1", 0x1000, "existing value is nonzero");
}

TEST(X86_64, RefusesAPlaceOutsideOfTheSection) {
  std::byte memory[4] = {};
  std::uint64_t written = 0;
  EXPECT_EQ(x86_64::apply(R_X86_64_32, memory, 1, here, 1, written), x86_64::Outcome::outside);
  EXPECT_EQ(x86_64::apply(R_X86_64_64, memory, 0, here, 1, written), x86_64::Outcome::outside);
  EXPECT_EQ(x86_64::apply(R_X86_64_32, memory, UINT64_MAX, here, 1, written),
            x86_64::Outcome::outside);
}

TEST(X86_64, NamesAnUnknownTypeAndItsPlace) {
  refuses("nop\nmovl foo@GOTPCREL(%rip), %eax", 0x1000,
          "unknown rela relocation: 41, at .text+0x3");
}

TEST(Layout, PartsAreOfWholePagesAndNothingMixesProtections) {
  auto folder = kmodern::testing::temporary_directory();
  kmodern::testing::write_file(folder.path() + "/x.s",
                               ".text\nnop\n.section .rodata\n.byte 1\n.data\n.byte 2\n"
                               ".section .init.text,\"ax\"\nnop\n.section .data..percpu,\"aw\"\n"
                               ".balign 64\n.quad 0\n.section .modinfo,\"a\"\n.byte 0\n");
  std::string path = folder.path() + "/x.o";
  ASSERT_EQ(std::system(("as --64 -o " + path + " " + folder.path() + "/x.s").c_str()), 0);
  auto object = Object::open(*Input::file(std::move(*open_for_reading(path)), path));
  auto layout = lay_out(*object);
  ASSERT_TRUE(layout) << describe(layout.error());
  const AreaLayout& core = layout->area(Area::core);
  EXPECT_EQ(core.size, 3 * page_size);
  EXPECT_EQ(core.part(Protection::text).offset, 0u);
  EXPECT_EQ(core.part(Protection::rodata).offset, page_size);
  EXPECT_EQ(core.part(Protection::data).offset, 2 * page_size);
  EXPECT_EQ(layout->area(Area::init).size, page_size);
  EXPECT_EQ(layout->area(Area::per_cpu).size, page_size);
  EXPECT_FALSE(layout->sections[object->find(".modinfo")->index]);
}

TEST(Layout, RefusesASectionThatIsWritableAndExecutable) {
  auto folder = kmodern::testing::temporary_directory();
  kmodern::testing::write_file(folder.path() + "/x.s", ".section .bad,\"awx\"\nnop\n");
  std::string path = folder.path() + "/x.o";
  ASSERT_EQ(std::system(("as --64 -o " + path + " " + folder.path() + "/x.s").c_str()), 0);
  auto object = Object::open(*Input::file(std::move(*open_for_reading(path)), path));
  auto layout = lay_out(*object);
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().code, ENOEXEC);
  EXPECT_NE(layout.error().reason.find("invalid WRITE|EXEC flags"), std::string::npos);
}

}  // namespace
}  // namespace kmodern::elf
