#include "ukernel/core/native/own_symbols.h"

#include <gtest/gtest.h>

namespace kmodern::core {
namespace {

TEST(ShortName, LeavesOutParametersAndTemplateArguments) {
  EXPECT_EQ(short_name("kmodern::core::guarded_call(std::function<long ()> const&)"),
            "kmodern::core::guarded_call");
  EXPECT_EQ(short_name("std::_Function_handler<long (), kmodern::run()::{lambda()#1}>::_M_invoke("
                       "std::_Any_data const&)"),
            "std::_Function_handler::_M_invoke");
}

TEST(ShortName, LeavesOutResultsAndNamelessNamespaces) {
  EXPECT_EQ(short_name("long core::(anonymous namespace)::sum<int>(int, int) const"), "core::sum");
  EXPECT_EQ(short_name("printk"), "printk");
}

TEST(OwnSymbol, NamesAFunctionOfThisProgramWithoutBlanks) {
  auto text = own_symbol(reinterpret_cast<std::uintptr_t>(&short_name));
  if (!text) GTEST_SKIP() << "this program is position-independent";
  EXPECT_EQ(text->find(' '), std::string::npos) << *text;
  EXPECT_TRUE(text->starts_with("kmodern::core::short_name+0x0/")) << *text;
}

}  // namespace
}  // namespace kmodern::core
