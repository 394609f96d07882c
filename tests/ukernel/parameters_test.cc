// Parameters: how arguments are split, what sets them, and what the log says of those that fail.
#include "ukernel/parameters.h"

#include <fmt/core.h>

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

// A parameter with functions of the module's own, as module_param_cb() declares it.
class ParameterFunctions : public KernelTest {
 protected:
  static std::string with(const std::string& operations, unsigned mode = 0644) {
    return "struct operations_of { unsigned flags; int (*set)(const char *, const void *);"
           "  int (*get)(char *, const void *); void (*free)(void *); };"
           "static int set(const char *value, const void *param) {"
           "  test_log(value ? value : \"no value\");"
           "  return value && value[0] == '-' ? -34 : 0; }"
           "static int get(char *to, const void *param) {"
           "  to[0] = 'g'; to[1] = 'o'; to[2] = '\\n'; return 3; }"
           "static int no_get(char *to, const void *param) { return -61; }"
           "static void release(void *argument) { test_log(\"released\"); }"
           "static const struct operations_of param_ops_own[] = {{" +
           operations + "}}; static int own; PARAMETER_MODE(own, own, 0" +
           fmt::format("{:o}", mode) +
           ");"
           "int init_module(void) { test_log(\"init\"); return 0; }"
           "void cleanup_module(void) { }";
  }
  Result<std::string> read() { return kernel_->view().read(file_); }
  Result<void> write(std::string_view text) { return kernel_->view().write(file_, text); }

  const std::string file_ = "/sys/module/m/parameters/own";
};

TEST_F(ParameterFunctions, AreGivenTheValueBeforeInitRuns) {
  EXPECT_GOOD(build_and_load("m", with("0, set, get, release"), "own=first"));
  EXPECT_LT(log().find("first\n"), log().find("init\n"));
  EXPECT_EQ(*read(), "go\n");
  EXPECT_GOOD(write("second"));
  EXPECT_TRUE(logged("second"));
  EXPECT_FALSE(logged("released"));
  EXPECT_GOOD(unload("m"));
  EXPECT_TRUE(logged("released"));
}

TEST_F(ParameterFunctions, RefuseALoadWithTheirErrno) {
  EXPECT_EQ(error_of(build_and_load("m", with("0, set, get, release"), "own=-1")).code, ERANGE);
  EXPECT_TRUE(logged("m: `-1' invalid for parameter `own'"));
  EXPECT_FALSE(logged("init\n"));
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(ParameterFunctions, GiveReadersAndWritersTheirErrno) {
  EXPECT_GOOD(build_and_load("m", with("0, set, no_get, 0")));
  EXPECT_EQ(error_of(read()).code, ENODATA);
  EXPECT_EQ(error_of(write("-1")).code, ERANGE);
}

TEST_F(ParameterFunctions, ThatAreMissingAreEperm) {
  EXPECT_GOOD(build_and_load("m", with("0, 0, 0, 0")));
  EXPECT_EQ(error_of(read()).code, EPERM);
  EXPECT_EQ(error_of(write("1")).code, EPERM);
}

TEST_F(ParameterFunctions, GetNoValueOnlyWhereTheySayThatTheyNeedNone) {
  EXPECT_EQ(error_of(build_and_load("m", with("0, set, get, 0"), "own")).code, EINVAL);
  EXPECT_FALSE(logged("no value"));
  EXPECT_GOOD(build_and_load("m", with("1, set, get, 0"), "own"));
  EXPECT_TRUE(logged("no value"));
}

TEST_F(ParameterFunctions, OfModeZeroHaveNoFileAndAreSetAtLoad) {
  EXPECT_GOOD(build_and_load("m", with("0, set, get, 0", 0), "own=hidden"));
  EXPECT_TRUE(logged("hidden"));
  EXPECT_FALSE(kernel_->view().find("/sys/module/m/parameters"));
  EXPECT_EQ(error_of(read()).code, ENOENT);
  EXPECT_EQ(error_of(write("seen")).code, ENOENT);
  EXPECT_FALSE(logged("seen"));
}

}  // namespace
}  // namespace kmodern::test
