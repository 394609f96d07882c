#include <cerrno>

#include "core/native_fixture.h"

namespace kmodern::core {

// The kernel's layouts (include/linux/moduleparam.h).
struct KernelParam;
struct ParamOps {
  unsigned flags;
  int (*set)(const char*, const KernelParam*);
  int (*get)(char*, const KernelParam*);
  void (*free)(void*);
};
struct KernelParam {
  const char* name = "p";
  void* module = nullptr;
  const ParamOps* ops = nullptr;
  std::uint16_t permissions = 0;
  std::int8_t level = -1;
  std::uint8_t flags = 0;
  void* argument = nullptr;
};
struct ParamArray {
  unsigned max;
  unsigned element_size;
  unsigned* count;
  const ParamOps* ops;
  void* elements;
};
struct ParamString {
  unsigned size;
  char* text;
};

class Params : public NativeTest {
 protected:
  static const ParamOps* ops(const char* name) { return api<const ParamOps>(name); }
  static int set(const char* kind, const char* value, void* to) {
    const KernelParam param{.ops = ops(kind), .argument = to};
    std::string own(value == nullptr ? "" : value);  // it may be changed
    return param.ops->set(value == nullptr ? nullptr : own.data(), &param);
  }
  static std::string get(const char* kind, void* from) {
    const KernelParam param{.ops = ops(kind), .argument = from};
    std::string page(4096, '\0');
    const int length = param.ops->get(page.data(), &param);
    return length < 0 ? std::to_string(length) : page.substr(0, static_cast<std::size_t>(length));
  }
};

TEST_F(Params, NumbersOfEachWidth) {
  std::uint8_t byte = 0;
  short narrow = 0;
  int number = 0;
  unsigned long long wide = 0;
  EXPECT_EQ(set("param_ops_byte", "255", &byte), 0);
  EXPECT_EQ(set("param_ops_byte", "256", &byte), -ERANGE);
  EXPECT_EQ(set("param_ops_short", "-32768", &narrow), 0);
  EXPECT_EQ(set("param_ops_int", "0x7f", &number), 0);
  EXPECT_EQ(set("param_ops_ullong", "18446744073709551615", &wide), 0);
  EXPECT_EQ(set("param_ops_int", "seven", &number), -EINVAL);
  EXPECT_EQ(get("param_ops_byte", &byte), "255\n");
  EXPECT_EQ(get("param_ops_short", &narrow), "-32768\n");
  EXPECT_EQ(get("param_ops_int", &number), "127\n");
  EXPECT_EQ(get("param_ops_hexint", &number), "0x00007f\n");
}

TEST_F(Params, BoolNeedsNoValueAndInvboolIsItsOpposite) {
  bool flag = false;
  EXPECT_EQ(ops("param_ops_bool")->flags, 1u);
  EXPECT_EQ(set("param_ops_bool", nullptr, &flag), 0);
  EXPECT_TRUE(flag);
  EXPECT_EQ(get("param_ops_bool", &flag), "Y\n");
  EXPECT_EQ(set("param_ops_invbool", "1", &flag), 0);
  EXPECT_FALSE(flag);
  EXPECT_EQ(set("param_ops_bool", "maybe", &flag), -EINVAL);
}

TEST_F(Params, CharpCopiesTheTextAndFreesOnlyItsCopies) {
  char preset[] = "default";
  char* text = preset;
  ops("param_ops_charp")->free(&text);  // the module's own text stays
  EXPECT_STREQ(text, "default");
  EXPECT_EQ(set("param_ops_charp", "given", &text), 0);
  EXPECT_STREQ(text, "given");
  EXPECT_EQ(set("param_ops_charp", "again", &text), 0);
  EXPECT_EQ(get("param_ops_charp", &text), "again\n");
  ops("param_ops_charp")->free(&text);
  char* other = nullptr;
  EXPECT_EQ(set("param_ops_charp", std::string(1025, 'x').c_str(), &other), -ENOSPC);
}

TEST_F(Params, ArraysTakeListsAndCountThem) {
  int values[3] = {};
  unsigned count = 0;
  ParamArray array{3, sizeof(int), &count, ops("param_ops_int"), values};
  EXPECT_EQ(set("param_array_ops", "4,5", &array), 0);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(values[1], 5);
  EXPECT_EQ(get("param_array_ops", &array), "4,5\n");
  EXPECT_EQ(set("param_array_ops", "1,2,3,4", &array), -EINVAL);
  EXPECT_EQ(host().lines.back(), "<3>p: can only take 3 arguments");
  EXPECT_EQ(set("param_array_ops", "1,x", &array), -EINVAL);
}

// A kind of numbers: what its bounds are, and how they are shown.
struct Kind {
  const char* name;
  const char* least;
  const char* most;
  const char* beyond;
};

class NumberKinds : public Params, public ::testing::WithParamInterface<Kind> {};

TEST_P(NumberKinds, TakeTheirBoundsAndNothingBeyond) {
  const Kind& kind = GetParam();
  const std::string ops = fmt::format("param_ops_{}", kind.name);
  unsigned long long value = 0;
  EXPECT_EQ(set(ops.c_str(), kind.least, &value), 0);
  EXPECT_EQ(get(ops.c_str(), &value), fmt::format("{}\n", kind.least));
  EXPECT_EQ(set(ops.c_str(), kind.most, &value), 0);
  EXPECT_EQ(get(ops.c_str(), &value), fmt::format("{}\n", kind.most));
  EXPECT_EQ(set(ops.c_str(), kind.beyond, &value), -ERANGE);
  EXPECT_EQ(set(ops.c_str(), nullptr, &value), -EINVAL);
  for (const char* wrong : {"", "x", "1x", "1 2"})
    EXPECT_EQ(set(ops.c_str(), wrong, &value), -EINVAL) << wrong;
  EXPECT_EQ(get(ops.c_str(), &value), fmt::format("{}\n", kind.most)) << "kept";
}

INSTANTIATE_TEST_SUITE_P(
    All, NumberKinds,
    ::testing::Values(Kind{"byte", "0", "255", "256"}, Kind{"short", "-32768", "32767", "32768"},
                      Kind{"ushort", "0", "65535", "65536"},
                      Kind{"int", "-2147483648", "2147483647", "2147483648"},
                      Kind{"uint", "0", "4294967295", "4294967296"},
                      Kind{"long", "-9223372036854775808", "9223372036854775807",
                           "9223372036854775808"},
                      Kind{"ulong", "0", "18446744073709551615", "18446744073709551616"},
                      Kind{"ullong", "0", "18446744073709551615", "18446744073709551616"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(Params, HexintIsShownInHexadecimal) {
  unsigned value = 0;
  EXPECT_EQ(set("param_ops_hexint", "0xcafe", &value), 0);
  EXPECT_EQ(get("param_ops_hexint", &value), "0x00cafe\n");
  EXPECT_EQ(set("param_ops_hexint", "0x100000000", &value), -ERANGE);
}

TEST_F(Params, BintTakesTruthForANumber) {
  int value = 0;
  EXPECT_EQ(set("param_ops_bint", "y", &value), 0);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(get("param_ops_bint", &value), "1\n");
  EXPECT_EQ(set("param_ops_bint", "off", &value), 0);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(set("param_ops_bint", "2", &value), -EINVAL);
}

TEST_F(Params, ArraysOfTextsKeepEach) {
  char* values[2] = {};
  unsigned count = 0;
  ParamArray array{2, sizeof(char*), &count, ops("param_ops_charp"), values};
  EXPECT_EQ(set("param_array_ops", "one,two", &array), 0);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(get("param_array_ops", &array), "one,two\n");
  ops("param_array_ops")->free(&array);
}

TEST_F(Params, StringsMustFit) {
  char text[4] = "";
  ParamString string{sizeof(text), text};
  EXPECT_EQ(set("param_ops_string", "abc", &string), 0);
  EXPECT_STREQ(text, "abc");
  EXPECT_EQ(set("param_ops_string", "abcd", &string), -ENOSPC);
  EXPECT_EQ(host().lines.back(), "<3>p: string doesn't fit in 3 chars.");
}

}  // namespace kmodern::core
