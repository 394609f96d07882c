#include "module/type_version.h"

#include <gtest/gtest.h>

#include "module/btf_types.h"
#include "module/kernel_image.h"
#include "module/type_source.h"
#include "support/files.h"

namespace kmodern::module {
namespace {

using kmodern::testing::temporary_directory;

class TypeVersion : public ::testing::Test {
 protected:
  TemporaryDirectory directory = temporary_directory();
  int files = 0;

  std::unique_ptr<TypeSource> types(const std::string& source,
                                    const std::string& flags = "-g -O2") {
    auto path =
        kmodern::testing::compile(directory, "t" + std::to_string(files++) + ".c", source, flags);
    auto types = open_types(path);
    if (!types) throw std::runtime_error(describe(types.error()));
    return std::move(*types);
  }

  SymbolType type_of(const std::string& symbol, const std::string& source,
                     const std::string& flags = "-g -O2") {
    auto type = module::type_of(*types(source, flags), symbol);
    if (!type) throw std::runtime_error(describe(type.error()));
    return *type;
  }

  // Of `symbol` before and after a replacement in the source.
  std::string difference(const std::string& source, const std::string& from, const std::string& to,
                         const std::string& symbol) {
    return first_difference(type_of(symbol, source), "here",
                            type_of(symbol, replaced(source, from, to)), "there");
  }

  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  }
};

const std::string greeting = R"(
struct list { struct list *next; };
struct greeting { int count; char *name; struct list link; };
int greet(struct greeting *g, int n) { return g->count + n; }
int simple(int a) { return a; }
)";

const std::string every_kind = R"(
typedef struct { int locked; } lock_t;
enum mode { OFF = -1, ON = 5, BRIGHT = 200 };
struct opaque;
struct all {
  union { int i; float f; };
  unsigned flag : 3, more : 7;
  enum mode mode;
  int table[4][2];
  int (*call)(const char *, ...);
  lock_t lock;
  struct opaque *other;
  volatile unsigned long *const counter;
  _Bool yes;
  char tail[];
};
int use(const struct all *all, unsigned short s) { return all->i + s; }
)";

TEST_F(TypeVersion, WritesAPrototypeAndTheStructuresThatItReaches) {
  SymbolType type = type_of("greet", greeting);
  EXPECT_EQ(type.declaration, "int (struct greeting *, int)");
  ASSERT_EQ(type.definitions.size(), 4u);  // with int and char
  EXPECT_EQ(type.definitions[0].name, "struct greeting");
  EXPECT_EQ(type.definitions[0].members[1], (TypeMember{"name", 64, 0, "char *", 0}));
  EXPECT_EQ(type.definitions[3].name, "struct list");
  EXPECT_EQ(type.definitions[3].members[0].type, "struct list *")
      << "a list reaches itself and ends there";
}

TEST_F(TypeVersion, IsTheSameForEveryBuildOfTheSameSource) {
  for (const std::string symbol : {"greet", "use"}) {
    const std::string source = greeting + every_kind;
    const auto version = type_of(symbol, source).version();
    for (const std::string flags :
         {"-g -O0", "-g -O3", "-g -Os", "-g -gdwarf-4", "-g3", "-g -fdebug-prefix-map=/tmp=/x"})
      EXPECT_EQ(type_of(symbol, source, flags).version(), version) << symbol << " " << flags;
    EXPECT_EQ(type_of(symbol, "struct other { int x; } o;\n\n" + source).version(), version);
  }
}

TEST_F(TypeVersion, AChangedMemberChangesExactlyTheSymbolsThatReachIt) {
  const std::string changed = replaced(greeting, "int count", "long count");
  EXPECT_NE(type_of("greet", changed).version(), type_of("greet", greeting).version());
  EXPECT_EQ(type_of("simple", changed).version(), type_of("simple", greeting).version());
}

TEST_F(TypeVersion, NamesTheStructureAndTheMemberThatDiffer) {
  EXPECT_EQ(difference(greeting, "char *name", "long name", "greet"),
            "struct greeting: member name at offset 8 is char * here, long there");
  EXPECT_EQ(difference(greeting, "char *name", "long x; char *name", "greet"),
            "struct greeting: member x at offset 8 (long) is there, not here");
  EXPECT_EQ(difference(greeting, "int count", "short pad; int count", "greet"),
            "struct greeting: member pad at offset 0 (short) is there, not here");
  EXPECT_EQ(difference(greeting, "int count;", "int count __attribute__((aligned(64)));", "greet"),
            "struct greeting: its size is 24 here, 64 there");
  EXPECT_EQ(difference(greeting, "int n)", "long n)", "greet"),
            "its type is int (struct greeting *, int) here, int (struct greeting *, long) there");
  EXPECT_EQ(difference(greeting, "int simple(int", "int simple(int", "greet"), "");
}

TEST_F(TypeVersion, KnowsEveryKindOfType) {
  SymbolType type = type_of("use", every_kind);
  EXPECT_EQ(type.declaration, "int (const struct all *, unsigned short)");
  const auto& all = type.definitions[0];
  ASSERT_EQ(all.name, "struct all");
  std::vector<std::string> members;
  for (const TypeMember& member : all.members) members.push_back(member.type);
  EXPECT_EQ(members, (std::vector<std::string>{
                         "union of struct all at 0", "unsigned int", "unsigned int", "enum mode",
                         "int[4][2]", "int (*)(const char *, ...)", "struct of lock_t",
                         "struct opaque *", "volatile unsigned long *const", "bool", "char[]"}));
  EXPECT_EQ(all.members[2].bit_size, 7u);
  EXPECT_EQ(difference(every_kind, "flag : 3, more : 7", "flag : 3, more : 6", "use"),
            "struct all: member more at offset 4, bit 3 is unsigned int:7 here, "
            "unsigned int:6 there");
  EXPECT_EQ(difference(every_kind, "ON = 5", "ON = 6", "use"), "enum mode: ON is 5 here, 6 there");
}

TEST_F(TypeVersion, BtfAndDwarfSayTheSame) {
  // gcc before 14 writes the dimensions of an array in the wrong order (PR114186).
  const std::string source = replaced(greeting + every_kind, "[4][2]", "[4]");
  for (const std::string symbol : {"greet", "use"}) {
    auto dwarf = type_of(symbol, source), btf = type_of(symbol, source, "-gbtf -O2");
    EXPECT_EQ(first_difference(dwarf, "in DWARF", btf, "in BTF"), "");
    EXPECT_EQ(dwarf.version(), btf.version());
  }
}

TEST_F(TypeVersion, ComparesWithWhatAUserOfTheSymbolSaw) {
  const std::string user =
      "extern int greet(struct greeting *, int);\n"
      "int start(struct greeting *g) { return greet(g, g->count); }\n";
  const std::string old =
      replaced(greeting.substr(0, greeting.find("int greet")), "char *name", "long name");
  const SymbolType now = type_of("greet", greeting);
  for (const std::string flags : {"-g -O0", "-g -O2", "-gbtf"}) {
    auto seen = same_types(*types(old + user, flags), "greet", now);
    ASSERT_TRUE(seen) << describe(seen.error());
    EXPECT_EQ(first_difference(*seen, "in user", now, "in greeter"),
              "struct greeting: member name at offset 8 is long in user, char * in greeter");
  }
}

TEST_F(TypeVersion, SaysWhenTypesAreNotDescribed) {
  auto bare = open_types(
      kmodern::testing::compile(directory, "bare.c", "int f(void) { return 0; }", "-O2"));
  ASSERT_FALSE(bare);
  EXPECT_EQ(bare.error().code, ENODATA);
  EXPECT_EQ(module::type_of(*types(greeting), "printf").error().code, ENOENT);
  EXPECT_EQ(open_types(directory.path() + "/missing.o").error().code, ENOENT);
  auto packed = open_types(
      kmodern::testing::compile(directory, "z.c", "int f(void) { return 0; }", "-g -gz"));
  ASSERT_FALSE(packed);
  EXPECT_EQ(packed.error().code, ENODATA);
}

TEST_F(TypeVersion, ReadsTheBtfOfDebiansKernelAndOfItsModules) {
  const std::string folder = kmodern::testing::debian_kernel();
  const std::string path = kmodern::testing::debian_module("crc7.ko");
  if (folder.empty() || path.empty()) GTEST_SKIP() << "tools/fetch-debian-kernel fetches it";
  auto image = KernelImage::open(folder + "/boot/vmlinuz-6.1.0-56-amd64");
  ASSERT_TRUE(image) << describe(image.error());
  auto bytes = image->object().read(".BTF");
  ASSERT_TRUE(bytes);
  auto kernel = read_btf(std::string(bytes->view().text()), "vmlinuz");
  ASSERT_TRUE(kernel) << describe(kernel.error());
  auto printk = module::type_of(**kernel, "_printk");
  ASSERT_TRUE(printk) << describe(printk.error());
  EXPECT_EQ(printk->declaration, "int (const char *, ...)");
  auto large = module::type_of(**kernel, "wake_up_process");
  ASSERT_TRUE(large) << describe(large.error());
  EXPECT_GT(large->definitions.size(), 1000u);

  EXPECT_EQ(open_types(path).error().code, ENODATA) << "it builds on the kernel's";
  auto module = open_types(path, kernel->get());
  ASSERT_TRUE(module) << describe(module.error());
  auto crc7 = module::type_of(**module, "crc7_be");
  ASSERT_TRUE(crc7) << describe(crc7.error());
  EXPECT_EQ(crc7->declaration,
            "unsigned char (unsigned char, const unsigned char *, unsigned long)");
}

}  // namespace
}  // namespace kmodern::module
