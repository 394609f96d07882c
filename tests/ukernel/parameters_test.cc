// Parameters: how arguments are split, what sets them, and what the log says of those that fail.
#include "ukernel/parameters.h"

#include <cerrno>

#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

using ukernel::split_arguments;

TEST(Arguments, AreSplitAtBlanksOutsideOfQuotes) {
  auto list = split_arguments("  a=1 b=\"two words\" \"c=x y\" flag d= ").list;
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(list[0].name + "|" + *list[0].value, "a|1");
  EXPECT_EQ(list[1].name + "|" + *list[1].value, "b|two words");
  EXPECT_EQ(list[2].name + "|" + *list[2].value, "c|x y");
  EXPECT_EQ(list[3].name, "flag");
  EXPECT_FALSE(list[3].value);
  EXPECT_EQ(*list[4].value, "");
}

TEST(Arguments, EndAtALoneDoubleDash) {
  auto arguments = split_arguments("a=1 -- b=2 c");
  EXPECT_EQ(arguments.list.size(), 1u);
  EXPECT_EQ(arguments.after_dashes, "b=2 c");
}

TEST(Arguments, OfAnyQuotesAreSplitWithoutHarm) {
  for (const char* text : {"\"", "\"\"", "\"=", "=", "=\"", "a=\"", "\"a", "\"a=", "= =", "--"})
    EXPECT_LE(split_arguments(text).list.size(), 2u) << text;
}

TEST(Arguments, NameParametersWithDashesOrUnderscores) {
  EXPECT_TRUE(ukernel::same_parameter("max-loop", "max_loop"));
  EXPECT_FALSE(ukernel::same_parameter("max-loop", "max_loops"));
}

class Parameters : public KernelTest {
 protected:
  // Notes the number, and logs the text, that it was given.
  std::string module_ = build_module("tuned",
                                     "static int number = 1; static char *text = \"none\";"
                                     "PARAMETER(number, int); PARAMETER(text, text);"
                                     "int init_module(void) {"
                                     "  test_note(number); test_log(text); return 0; }"
                                     "void cleanup_module(void) { }");
};

TEST_F(Parameters, KeepTheirDefaultsWithoutArguments) {
  EXPECT_GOOD(load(module_));
  EXPECT_EQ(core_->notes, 1);
  EXPECT_TRUE(logged("none"));
}

TEST_F(Parameters, AreSetBeforeInitRuns) {
  EXPECT_GOOD(load(module_, "number=0x10 text=\"good morning\""));
  EXPECT_EQ(core_->notes, 16);
  EXPECT_TRUE(logged("good morning"));
  EXPECT_GOOD(kernel_->unload("tuned", {}));
}

TEST_F(Parameters, ThatAreUnknownAreIgnoredWithAWarning) {
  EXPECT_GOOD(load(module_, "nmber=3 async_probe dyndbg=+p"));
  EXPECT_TRUE(logged("tuned: unknown parameter 'nmber' ignored"));
  EXPECT_FALSE(logged("async_probe"));
  EXPECT_FALSE(logged("dyndbg"));
}

TEST_F(Parameters, OfTheWrongTypeRefuseTheLoad) {
  Error error = error_of(load(module_, "number=many text=x"));
  EXPECT_EQ(error.code, EINVAL);
  EXPECT_EQ(error.reason, "'number=many' is no value for its parameter, which is of type int");
  EXPECT_TRUE(logged("tuned: `many' invalid for parameter `number'"));
  EXPECT_EQ(core_->strings, 0) << "text=x was parsed, and must be given back";
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(Parameters, NeedAValue) {
  EXPECT_EQ(error_of(load(module_, "number")).code, EINVAL);
  EXPECT_TRUE(logged("tuned: `' invalid for parameter `number'"));
}

TEST_F(Parameters, GiveTheirMemoryBackWithTheModule) {
  EXPECT_GOOD(load(module_, "text=x"));
  EXPECT_EQ(core_->strings, 1);
  EXPECT_GOOD(unload("tuned"));
  EXPECT_EQ(core_->strings, 0);
}

}  // namespace
}  // namespace kmodern::test
