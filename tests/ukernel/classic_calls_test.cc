// create_module, init_module, query_module, get_kernel_syms, delete_module of Linux 2.1.18 to 2.4:
// their errors, and what is shown.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "ukernel/classic_image.h"

namespace kmodern::test {
namespace {

class ClassicCalls : public ClassicTest {
 protected:
  Result<classic::Answer> query(const std::optional<std::string>& name, int which) {
    return kernel_->query_module(name, static_cast<classic::Query>(which));
  }
};

using Names = std::vector<std::string>;

TEST_F(ClassicCalls, CreateRefusesNamesAndSizes) {
  auto code = [&](const std::string& name, std::uint64_t size) {
    return error_of(kernel_->create_module(name, size)).code;
  };
  EXPECT_EQ(code("", 8192), EINVAL);
  EXPECT_EQ(code("a/b", 8192), EINVAL);
  EXPECT_EQ(code("..", 8192), EINVAL);
  EXPECT_EQ(code(std::string(4096, 'x'), 8192), ENAMETOOLONG);
  EXPECT_EQ(code("m", classic::header_size + 1), EINVAL);  // the name's NUL has no room
  EXPECT_EQ(code("m", std::uint64_t{1} << 40), ENOMEM);
  EXPECT_EQ(code("m", ~std::uint64_t{0}), ENOMEM);
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(ClassicCalls, CreateRefusesANameThatIsTaken) {
  EXPECT_GOOD(build_and_load("modern", plain));
  EXPECT_EQ(error_of(kernel_->create_module("modern", 8192)).code, EEXIST);
  EXPECT_GOOD(kernel_->create_module("made", classic::header_size + 5));
  EXPECT_EQ(error_of(kernel_->create_module("made", 8192)).code, EEXIST);
  EXPECT_EQ(error_of(build_and_load("made", plain)).code, EEXIST);
}

TEST_F(ClassicCalls, ACreatedModuleIsUninitialized) {
  EXPECT_GOOD(kernel_->create_module("made", 8192));
  EXPECT_EQ(loaded(), Names{"made"});
  EXPECT_EQ(view("/proc/classic/modules"), "made                    8192 (uninitialized)\n");
  EXPECT_EQ(view("/proc/modules"), "");
  EXPECT_GOOD(unload("made"));
  EXPECT_EQ(kernel_->memory(), 0u);
  EXPECT_EQ(error_of(unload("made")).code, ENOENT);
}

TEST_F(ClassicCalls, InitOfWhatWasNotCreatedIsEnoent) {
  EXPECT_EQ(error_of(init({.name = "none"})).code, ENOENT);
  EXPECT_GOOD(build_and_load("modern", plain));
  EXPECT_EQ(error_of(init({.name = "modern"})).code, ENOENT);
}

TEST_F(ClassicCalls, InitIsForOnce) {
  auto address = insert({.name = "once"});
  ASSERT_TRUE(address) << describe(address.error());
  EXPECT_EQ(error_of(init({.name = "once", .address = *address})).code, EBUSY);
}

TEST_F(ClassicCalls, ALiveModuleIsListedInBothFormats) {
  auto address = insert({.name = "live"});
  ASSERT_TRUE(address) << describe(address.error());
  EXPECT_EQ(view("/proc/classic/modules"), "live                    8192   0 (unused)\n");
  EXPECT_EQ(view("/proc/modules"), fmt::format("live 8192 0 - Live 0x{:016x}\n", *address));
  open(*address);
  EXPECT_EQ(view("/proc/classic/modules"), "live                    8192   1\n");
  EXPECT_EQ(listed("live").refcnt, 1);
}

TEST_F(ClassicCalls, MarksAndUsersAreListed) {
  auto base = insert({.name = "base"});
  ASSERT_TRUE(base);
  insert_autoclean("first", {*base});
  insert_autoclean("second", {*base});
  EXPECT_EQ(view("/proc/classic/modules"),
            "second                  8192   0 (autoclean) (unused)\n"
            "first                   8192   0 (autoclean) (unused)\n"
            "base                    8192   0 [second first]\n");
  EXPECT_EQ(names("base", classic::Query::refs), (Names{"second", "first"}));
  EXPECT_EQ(names("first", classic::Query::deps), Names{"base"});
  EXPECT_EQ(listed("base").holders, (Names{"second", "first"}));
}

TEST_F(ClassicCalls, AFailedInitGivesItsErrnoAndLeavesTheModuleUninitialized) {
  auto address = kernel_->create_module("fails", image_size);
  ASSERT_TRUE(address);
  ClassicImage image{.name = "fails", .address = *address, .init = returns_minus_12};
  EXPECT_EQ(error_of(init(image)).code, ENOMEM);
  EXPECT_EQ(view("/proc/classic/modules"), "fails                   8192 (uninitialized)\n");
  image.init = returns_5;  // a positive number is EBUSY
  EXPECT_EQ(error_of(init(image)).code, EBUSY);
  image.init = returns_0;
  EXPECT_GOOD(init(image));
  EXPECT_GOOD(unload("fails"));
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(ClassicCalls, AFailedInitHoldsNothing) {
  auto base = insert({.name = "base"});
  ASSERT_TRUE(base);
  EXPECT_EQ(error_of(insert({.name = "fails", .init = returns_5, .deps = {*base}})).code, EBUSY);
  EXPECT_GOOD(unload("fails"));
  EXPECT_GOOD(unload("base"));
}

TEST_F(ClassicCalls, AnInitThatFaultsPinsTheModule) {
  EXPECT_EQ(error_of(insert({.name = "bad", .init = faults})).code, EFAULT);
  EXPECT_EQ(kernel_->faulted(), Names{"bad"});
  EXPECT_EQ(error_of(unload("bad")).code, EBUSY);
  EXPECT_TRUE(logged("init_module+0x0"));
}

TEST_F(ClassicCalls, ADependencyMustBeALiveModule) {
  auto code = [&](const std::string& name, std::uint64_t dependency) {
    return error_of(insert({.name = name, .deps = {dependency}})).code;
  };
  EXPECT_EQ(code("a", 0), EINVAL);
  auto created = kernel_->create_module("made", 8192);
  ASSERT_TRUE(created);
  EXPECT_EQ(code("b", *created), EINVAL);
  EXPECT_TRUE(logged("that is (no longer?) a module"));
}

TEST_F(ClassicCalls, DeleteRefusesWhatIsUsed) {
  auto base = insert({.name = "base"});
  ASSERT_TRUE(base);
  auto top = insert({.name = "top", .deps = {*base}});
  ASSERT_TRUE(top) << describe(top.error());
  EXPECT_EQ(error_of(unload("base")).code, EBUSY);
  open(*top);
  EXPECT_EQ(error_of(unload("top")).code, EBUSY);
  EXPECT_EQ(error_of(unload("top", true)).code, EBUSY);  // there was no force
  close(*top);
  EXPECT_GOOD(unload("top"));
  EXPECT_GOOD(unload("base"));
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(ClassicCalls, ModulesOfTodayAndClassicOnesUseEachOther) {
  EXPECT_GOOD(build_and_load(
      "base", std::string("int base_value(void) { return 5; } EXPORT(base_value);") + plain));
  auto middle = kernel_->create_module("middle", image_size);
  ASSERT_TRUE(middle);
  EXPECT_GOOD(init({.name = "middle",
                    .address = *middle,
                    .symbols = {{*middle + ClassicImage::code, "middle_value_R00000007"}},
                    .deps = {info("base").address}}));
  EXPECT_GOOD(build_and_load("top",
                             "extern int middle_value(void);"
                             "VERSION(\"middle_value\", 7);"
                             "int init_module(void) { return middle_value(); }"
                             "void cleanup_module(void) { }"));
  EXPECT_EQ(error_of(unload("base")).code, EWOULDBLOCK);
  EXPECT_EQ(error_of(unload("middle")).code, EBUSY);
  for (const char* name : {"top", "middle", "base"}) EXPECT_GOOD(unload(name));
}

TEST_F(ClassicCalls, QueriesOfTheKernelItself) {
  EXPECT_GOOD(query(std::nullopt, 0));
  for (int which : {2, 3, 5, 6, -1}) EXPECT_EQ(error_of(query(std::nullopt, which)).code, EINVAL);
  auto symbols = classic::read_symbols(*query(std::nullopt, 4));
  ASSERT_TRUE(symbols);
  // They have versions, and those for GPL modules only say so.
  EXPECT_TRUE(std::ranges::any_of(*symbols, [](const classic::Symbol& symbol) {
    return symbol.name.starts_with("GPLONLY_test_gpl_R");
  }));
  EXPECT_EQ(symbols->back().name, "Using_Versions");
}

TEST_F(ClassicCalls, QueriesOfAModule) {
  EXPECT_EQ(error_of(query("none", 0)).code, ENOENT);
  auto address = insert({.name = "m", .can_unload = returns_0, .symbols = {{0x1234, "thing"}}});
  ASSERT_TRUE(address) << describe(address.error());
  EXPECT_GOOD(query("m", 0));
  EXPECT_EQ(error_of(query("m", 6)).code, EINVAL);
  auto symbols = classic::read_symbols(*query("m", 4));
  ASSERT_TRUE(symbols);
  EXPECT_EQ(symbols->at(0).name, "thing");
  EXPECT_EQ(symbols->at(0).value, 0x1234u);
  EXPECT_EQ(info("m").address, *address);
  EXPECT_EQ(info("m").size, image_size);
  EXPECT_EQ(info("m").usecount, -1);  // it has a can_unload
}

TEST_F(ClassicCalls, SymbolTablesOfAllNameTheirModules) {
  auto address = insert({.name = "m", .symbols = {{0x1234, "thing"}}});
  ASSERT_TRUE(address);
  auto table = *kernel_->get_kernel_syms();
  ByteView bytes{std::string_view(table.bytes)};
  EXPECT_EQ(bytes.size(), table.result * classic::kernel_symbol_size);
  EXPECT_EQ(bytes.number<std::uint64_t>(0), *address);
  EXPECT_EQ(bytes.c_string(8), "#m");
  EXPECT_EQ(bytes.c_string(classic::kernel_symbol_size + 8), "thing");
  EXPECT_EQ(bytes.c_string(2 * classic::kernel_symbol_size + 8), "#");
  EXPECT_TRUE(view("/proc/ksyms").starts_with("0000000000001234 thing\t[m]\n"));
}

TEST_F(ClassicCalls, AreRefusedOnceModulesAreDisabled) {
  EXPECT_GOOD(kernel_->view().write("/proc/sys/kernel/modules_disabled", "1"));
  EXPECT_EQ(error_of(kernel_->create_module("m", 8192)).code, EPERM);
  EXPECT_EQ(error_of(kernel_->remove_idle()).code, EPERM);
  EXPECT_EQ(error_of(init({.name = "m"})).code, EPERM);
}

}  // namespace
}  // namespace kmodern::test
