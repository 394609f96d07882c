// Where modules' memory is, and how its pages are protected: seen in /proc/self/maps.
#include "ukernel/memory.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

// The protections ("r-x") of this process' pages in [begin, end), one after the other.
std::vector<std::string> protections(std::uintptr_t begin, std::uintptr_t end) {
  std::vector<std::string> found;
  std::string text = *read_file("/proc/self/maps");
  for (std::string_view view : lines(text)) {
    std::string line(view);
    char* rest = nullptr;
    std::uintptr_t from = std::strtoul(line.c_str(), &rest, 16);
    std::uintptr_t to = std::strtoul(rest + 1, &rest, 16);
    if (from < end && to > begin) found.emplace_back(rest + 1, 3);
  }
  return found;
}

elf::AreaLayout one_page_of_each() {
  elf::AreaLayout layout;
  layout.size = 4 * elf::page_size;
  for (std::size_t i = 0; i < elf::protection_count; ++i)
    layout.parts[i] = {i * elf::page_size, elf::page_size};
  return layout;
}

TEST(LowMemory, IsBelowTwoGibibytesAndCounted) {
  ukernel::LowMemory memory;
  elf::AreaLayout layout = one_page_of_each();
  {
    auto area = memory.allocate(elf::Area::core, layout);
    ASSERT_TRUE(area);
    for (const ukernel::link::Piece& piece : (*area)->pieces()) {
      EXPECT_LE(piece.address + piece.bytes.size(), ukernel::low_end);
      EXPECT_EQ(piece.address % elf::page_size, 0u);
    }
    EXPECT_EQ(memory.in_use(), layout.size);
  }
  EXPECT_EQ(memory.in_use(), 0u);
}

TEST(LowMemory, SaysHowMuchIsInUseWhenThereIsNoRoom) {
  ukernel::LowMemory memory;
  elf::AreaLayout layout;
  layout.size = std::uint64_t{1} << 40;
  layout.parts[0].size = layout.size;
  auto area = memory.allocate(elf::Area::core, layout);
  ASSERT_FALSE(area);
  EXPECT_EQ(area.error().code, ENOMEM);
  EXPECT_NE(area.error().reason.find("1099511627776 bytes below 2 GiB"), std::string::npos);
}

TEST(LowMemory, ProtectsEachPartByItsKind) {
  ukernel::LowMemory memory;
  elf::AreaLayout layout = one_page_of_each();
  auto allocated = memory.allocate(elf::Area::core, layout);
  ASSERT_TRUE(allocated);
  auto& area = static_cast<ukernel::LowArea&>(**allocated);
  auto seen = [&](std::size_t kind) {
    auto begin = area.pieces()[kind].address;
    return protections(begin, begin + elf::page_size).at(0);
  };
  EXPECT_GOOD(area.protect(false));
  EXPECT_EQ(seen(0), "r-x");
  EXPECT_EQ(seen(1), "r--");
  EXPECT_EQ(seen(2), "rw-");
  EXPECT_EQ(seen(3), "rw-");
  EXPECT_GOOD(area.protect(true));
  EXPECT_EQ(seen(2), "r--") << "ro_after_init";
  EXPECT_EQ(seen(3), "rw-");
}

using ModuleMemory = KernelTest;

const char* const of_all_kinds =
    "int counter = 1; const int constant = 2;"
    "__attribute__((section(\".data..ro_after_init\"))) int setting = 3;"
    "int __init init_module(void) { setting = 4; return 0; }"
    "void cleanup_module(void) { counter += constant + setting; }";

TEST_F(ModuleMemory, IsProtectedByWhatIsThere) {
  EXPECT_GOOD(build_and_load("kinds", of_all_kinds));
  auto seen = [&](const std::string& section) {
    const auto text = kernel_->view().read("/sys/module/kinds/sections/" + section);
    const std::uintptr_t at = std::strtoul(text.value_or("0").c_str(), nullptr, 16);
    return protections(at, at + 1);
  };
  EXPECT_EQ(seen(".text"), std::vector<std::string>{"r-x"});
  EXPECT_EQ(seen(".rodata"), std::vector<std::string>{"r--"});
  EXPECT_EQ(seen(".data..ro_after_init"), std::vector<std::string>{"r--"});
  EXPECT_EQ(seen(".data"), std::vector<std::string>{"rw-"});
  for (const std::string& one : protections(0, ukernel::low_end))
    EXPECT_FALSE(one[1] == 'w' && one[2] == 'x') << one;
}

// A stale pointer into a module that has gone is a fault, not another module's data.
TEST_F(ModuleMemory, OfAModuleThatHasGoneCannotBeAccessed) {
  const std::string kinds = build_module("kinds", of_all_kinds);
  const std::string named = build_module("named", of_all_kinds);
  EXPECT_GOOD(load(kinds));
  EXPECT_GOOD(load(named));
  const std::uintptr_t address = listed("kinds").address;
  EXPECT_GOOD(unload("kinds"));
  EXPECT_EQ(protections(address, address + 1), std::vector<std::string>{"---"});
  EXPECT_GOOD(load(kinds));
  EXPECT_EQ(listed("kinds").address, address) << "its room is used again";
}

TEST_F(ModuleMemory, OfAThousandModulesIsAFewMappings) {
  const std::string path = build_module("mod_0000", of_all_kinds);
  const std::string image = *read_file(path);
  auto mappings = [] { return lines(*read_file("/proc/self/maps")).size(); };
  const std::size_t before = mappings();
  for (int number = 0; number < 1000; ++number) {
    std::string copy = image;
    const std::string name = fmt::format("mod_{:04}", number);
    for (std::size_t at = 0; (at = copy.find("mod_0000", at)) != std::string::npos; ++at)
      copy.replace(at, name.size(), name);
    ASSERT_TRUE(kernel_->load(ByteView(copy), path, {}));
  }
  EXPECT_LT(mappings() - before, 200u);
  EXPECT_EQ(kernel_->modules().size(), 1000u);
}

TEST_F(ModuleMemory, OfInitIsFreedWhenInitHasRun) {
  EXPECT_GOOD(build_and_load("kinds", of_all_kinds));
  // Of what is listed the symbol table (a page) is in no area.
  EXPECT_EQ(kernel_->memory(), listed("kinds").size - elf::page_size);
  EXPECT_GOOD(
      build_and_load("held", "int __init init_module(void) { return 0; }\n#define NO_EXIT"));
  EXPECT_EQ(kernel_->memory(), listed("kinds").size + listed("held").size - 2 * elf::page_size);
}

TEST_F(ModuleMemory, WriteToAConstantIsAFault) {
  Error error = error_of(build_and_load("writer",
                                        "static const int constant = 1;"
                                        "int init_module(void) {"
                                        "  *(volatile int *)&constant = 2; return 0; }"
                                        "void cleanup_module(void) { }"));
  EXPECT_EQ(error.code, EFAULT);
  EXPECT_TRUE(logged("BUG: unable to handle page fault for address: ")) << log();
}

}  // namespace
}  // namespace kmodern::test
