// The image that init_module takes: what lies outside of it is refused, in the kernel's words.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "ukernel/classic/struct_module.h"
#include "ukernel/classic_image.h"

namespace kmodern::test {
namespace {

namespace at = classic::at;
constexpr std::uint64_t address = 0x10000000;

class ClassicStruct : public ::testing::Test {
 protected:
  template <typename T>
  void put(std::uint64_t offset, T value) {
    std::memcpy(image_.data() + offset, &value, sizeof value);
  }
  Result<ukernel::classic::StructModule> read() {
    return ukernel::classic::read_struct_module(ByteView(image_), address, image_size, "m");
  }
  // The error after one 64-bit member was changed, which is put back.
  std::string refusal(std::uint64_t offset, std::uint64_t value) {
    const std::string good = image_;
    put(offset, value);
    auto result = read();
    image_ = good;
    EXPECT_FALSE(result) << "member at " << offset;
    return result ? "" : result.error().reason;
  }

  std::string image_ = ClassicImage{.name = "m",
                                    .address = address,
                                    .flags = classic::autoclean,
                                    .can_unload = returns_0,
                                    .symbols = {{1, "one"}, {2, "two"}},
                                    .deps = {7}}
                           .bytes();
};

TEST_F(ClassicStruct, IsReadAsItWasWritten) {
  auto module = read();
  ASSERT_TRUE(module) << describe(module.error());
  EXPECT_EQ(module->flags, classic::autoclean);
  EXPECT_EQ(module->init, address + ClassicImage::code);
  EXPECT_EQ(module->cleanup, address + ClassicImage::code + 16);
  EXPECT_EQ(module->symbols.at(1).name, "two");
  EXPECT_EQ(module->deps, std::vector<std::uint64_t>{7});
  EXPECT_EQ(module->pages.at(0).size, 0x1000u);
}

TEST_F(ClassicStruct, SizesAreChecked) {
  EXPECT_EQ(refusal(at::size_of_struct, 111), "init_module: Invalid module header size.");
  EXPECT_EQ(refusal(at::size_of_struct, 313), "init_module: Invalid module header size.");
  EXPECT_EQ(refusal(at::size, image_size + 1),
            "init_module: Size of initialized module exceeds size of created module.");
  image_.resize(image_size - 1);
  EXPECT_EQ(error_of(read()).code, EFAULT);
  image_.resize(100);
  EXPECT_EQ(error_of(read()).code, EFAULT);
}

TEST_F(ClassicStruct, EveryPointerIsInTheModule) {
  const std::pair<std::uint64_t, const char*> members[] = {{at::name, "name"},
                                                           {at::syms, "syms"},
                                                           {at::deps, "deps"},
                                                           {at::init, "init"},
                                                           {at::cleanup, "cleanup"},
                                                           {at::can_unload, "can_unload"},
                                                           {at::persist_end, "persist"},
                                                           {at::kallsyms_end, "kallsyms"},
                                                           {at::archdata_end, "archdata"}};
  for (const auto& [offset, name] : members) {
    const std::string expected = fmt::format("init_module: mod->{} out of bounds.", name);
    EXPECT_EQ(refusal(offset, address + image_size + 1), expected);
    EXPECT_EQ(refusal(offset, address - 1), expected);
    EXPECT_EQ(refusal(offset, ~std::uint64_t{0}), expected);
  }
  EXPECT_EQ(refusal(at::syms, address + 8), "init_module: mod->syms out of bounds.");  // the header
  EXPECT_EQ(refusal(ClassicImage::syms + 8, 3), "init_module: mod->syms[0].name out of bounds.");
  EXPECT_EQ(refusal(at::ex_table_end, 1), "init_module: mod->ex_table_* invalid.");
}

TEST_F(ClassicStruct, CountsAreChecked) {
  EXPECT_EQ(refusal(at::nsyms, 0xffffffff), "init_module: mod->syms out of bounds.");
  EXPECT_EQ(refusal(at::nsyms, 0xffffffff00000000), "init_module: mod->deps out of bounds.");
}

TEST_F(ClassicStruct, OtherMembersAreChecked) {
  EXPECT_EQ(refusal(at::flags, classic::running), "init_module: mod->flags invalid.");
  EXPECT_EQ(refusal(at::kernel_data, 1), "init_module: mod->kernel_data must be zero.");
  EXPECT_EQ(refusal(at::name, address + ClassicImage::names + 2),
            "init_module: changed module name to `one' from `m'");
}

TEST_F(ClassicStruct, CodeIsNowhereButInPagesForIt) {
  EXPECT_EQ(refusal(at::init, address + 0x300),
            "init_module: mod->archdata has no text page for a function.");
  for (std::uint64_t offset : {0x0, 0x800, 0x2000})  // the header's page, not a page, too far
    EXPECT_EQ(refusal(ClassicImage::pages, offset), "init_module: mod->archdata invalid.");
  EXPECT_EQ(refusal(ClassicImage::pages + 8, ~std::uint64_t{0xfff}),
            "init_module: mod->archdata invalid.");
  EXPECT_EQ(refusal(ClassicImage::pages + 16, 4), "init_module: mod->archdata invalid.");
}

TEST_F(ClassicStruct, AnOlderHeaderHasNoneOfTheLaterMembers) {
  put(at::size_of_struct, std::uint64_t{classic::smallest_header});
  put(at::init, std::uint64_t{0});
  put(at::cleanup, std::uint64_t{0});
  auto module = read();
  ASSERT_TRUE(module) << describe(module.error());
  EXPECT_EQ(module->header, classic::smallest_header);
  EXPECT_TRUE(module->pages.empty());
}

}  // namespace
}  // namespace kmodern::test
