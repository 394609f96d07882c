#include "module/type_version.h"

#include <gtest/gtest.h>

#include "support/files.h"

namespace kmodern::module {
namespace {

using kmodern::testing::temporary_directory;

class TypeVersion : public ::testing::Test {
 protected:
  TemporaryDirectory directory = temporary_directory();
  int files = 0;

  SymbolType type_of(const std::string& symbol, const std::string& source,
                     const std::string& flags = "-g -O2") {
    auto path =
        kmodern::testing::compile(directory, "t" + std::to_string(files++) + ".c", source, flags);
    auto reader = TypeReader::open(path);
    if (!reader) {
      ADD_FAILURE() << describe(reader.error());
      return {};
    }
    auto type = reader->type_of(symbol);
    if (!type) ADD_FAILURE() << describe(type.error());
    return type ? *type : SymbolType{};
  }
};

constexpr auto greeting = R"(
struct list { struct list *next; };
struct greeting { int count; char *name; struct list link; };
int greet(struct greeting *g, int n) { return g->count + n; }
int simple(int a) { return a; }
)";

TEST_F(TypeVersion, WritesAPrototypeAndTheStructuresThatItReaches) {
  SymbolType type = type_of("greet", greeting);
  EXPECT_EQ(type.declaration, "fn(*struct greeting, int:4:5) -> int:4:5");
  ASSERT_EQ(type.definitions.size(), 2u);
  EXPECT_EQ(type.definitions[0].name, "struct greeting");
  EXPECT_EQ(type.definitions[0].members[1], "8 name: *char:1:6");
  EXPECT_EQ(type.definitions[1].members[0], "0 next: *struct list")
      << "a list reaches itself and ends there";
}

TEST_F(TypeVersion, IsTheSameForEveryBuildOfTheSameSource) {
  const auto version = type_of("greet", greeting).version();
  EXPECT_EQ(type_of("greet", greeting, "-g -O0").version(), version);
  EXPECT_EQ(type_of("greet", std::string("struct other { int x; } o;\n\n") + greeting).version(),
            version);
}

TEST_F(TypeVersion, AChangedMemberChangesExactlyTheSymbolsThatReachIt) {
  std::string changed = greeting;
  changed.replace(changed.find("int count"), 9, "long count");
  EXPECT_NE(type_of("greet", changed).version(), type_of("greet", greeting).version());
  EXPECT_EQ(type_of("simple", changed).version(), type_of("simple", greeting).version());
}

TEST_F(TypeVersion, NamesTheStructureAndTheMemberThatDiffer) {
  std::string changed = greeting;
  changed.replace(changed.find("char *name"), 10, "long x; char *name");
  EXPECT_EQ(first_difference(type_of("greet", greeting), type_of("greet", changed)),
            "struct greeting: \"8 name: *char:1:6\" became \"8 x: long int:8:5\"");
}

TEST_F(TypeVersion, KnowsVariablesArraysUnionsEnumsAndBitFields) {
  SymbolType type = type_of("state", R"(
enum mode { OFF, ON = 5 };
struct { union { int i; float f; }; unsigned flag : 3; enum mode mode; int table[4][2]; int (*call)(const char *, ...); } state;
)");
  ASSERT_EQ(type.definitions.size(), 3u);
  EXPECT_EQ(type.definitions[0].members[3], "12 table: [4][2]int:4:5");
  EXPECT_EQ(type.definitions[0].members[4], "48 call: *fn(*const char:1:6, ...) -> int:4:5");
  EXPECT_EQ(type.definitions[2].members[1], "ON = 5");
}

TEST_F(TypeVersion, SaysWhenThereIsNoDwarfOrNoSuchSymbol) {
  auto bare = TypeReader::open(
      kmodern::testing::compile(directory, "bare.c", "int f(void) { return 0; }", "-O2"));
  ASSERT_FALSE(bare);
  EXPECT_EQ(bare.error().code, ENODATA);
  auto reader = TypeReader::open(
      kmodern::testing::compile(directory, "g.c", "int f(void) { return 0; }", "-g"));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->type_of("printf").error().code, ENOENT);
  EXPECT_EQ(TypeReader::open(directory.path() + "/missing.o").error().code, ENOENT);
}

}  // namespace
}  // namespace kmodern::module
