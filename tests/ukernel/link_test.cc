#include "ukernel/link/link.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "support/files.h"
#include "ukernel/link/batch.h"

namespace kmodern::ukernel::link {
namespace {

using kmodern::testing::temporary_directory;

class HeapMemory : public Memory {
  class Area : public Allocation {
   public:
    explicit Area(const elf::AreaLayout& layout) : memory_(layout.size) {
      pieces_ = side_by_side(layout, 0x10000000, memory_);
    }

   private:
    std::vector<std::byte> memory_;
  };
  Result<std::unique_ptr<Allocation>> allocate(elf::Area, const elf::AreaLayout& layout) override {
    return std::make_unique<Area>(layout);
  }
};

// A module that calls `foo`, linked against a table that exports it as `definition` says.
std::expected<Resolved, Unresolved> link_with(std::optional<Definition> definition,
                                              const Rules& rules, const std::string& more = "") {
  auto folder = temporary_directory();
  std::string path = folder.path() + "/m.ko";
  kmodern::testing::write_file(folder.path() + "/m.s",
                               "call foo\n.section .modinfo,\"a\"\n.asciz \"name=m_1\"\n" + more);
  EXPECT_EQ(std::system(("as --64 -o " + path + " " + folder.path() + "/m.s").c_str()), 0);
  auto file = module::ModuleFile::open(path);
  auto source = read(*file);
  SymbolTable table;
  if (definition) {
    EXPECT_TRUE(table.add({{"foo", *definition}}));
  }
  HeapMemory memory;
  auto image = place(*source, *elf::lay_out(*source->object), memory);
  auto resolved = resolve(*source, *image, table, rules);
  if (resolved) {
    EXPECT_TRUE(relocate(*source, *image, *resolved));
  }
  return resolved;
}

const std::string version_of_foo =
    ".section __versions,\"a\"\n.quad 0x1234\n.asciz \"foo\"\n.zero 52\n";

TEST(Link, ResolvesAndNamesTheOwner) {
  auto done = link_with(Definition{.address = 0x10002000, .owner = "bar"}, {});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->imports, 1u);
  EXPECT_EQ(done->owners, std::vector<std::string>{"bar"});
}

TEST(Link, AnUnknownSymbolIsENOENT) {
  auto done = link_with(std::nullopt, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().error.code, ENOENT);
  EXPECT_EQ(done.error().log, std::vector<std::string>{"m_1: Unknown symbol foo (err -2)"});
}

TEST(Link, AWeakSymbolMayBeMissing) {
  auto done = link_with(std::nullopt, {}, ".weak foo\n");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->imports, 0u);
}

TEST(Link, ComparesCrcs) {
  Definition equal{.address = 0x10002000, .crc = 0x1234};
  auto done = link_with(equal, {}, version_of_foo);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->versions_checked, 1u);
  Definition other{.address = 0x10002000, .crc = 0x4321};
  done = link_with(other, {}, version_of_foo);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().log,
            (std::vector<std::string>{"m_1: disagrees about version of symbol foo",
                                      "m_1: Unknown symbol foo (err -22)"}));
}

TEST(Link, GplOnlySymbolsAreInvisibleToOthers) {
  Definition definition{.address = 0x10002000, .gpl_only = true};
  EXPECT_TRUE(link_with(definition, {}));
  auto done = link_with(definition, {.gpl_compatible = false});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().symbols[0].code, ENOENT);
}

TEST(Link, ANamespaceMustBeImported) {
  Definition definition{.address = 0x10002000, .symbol_namespace = "CXL"};
  auto done = link_with(definition, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().error.code, EINVAL);
  EXPECT_EQ(done.error().log[0],
            "m_1: module uses symbol (foo) from namespace CXL, but does not import it.");
  EXPECT_TRUE(link_with(definition, {}, ".asciz \"import_ns=CXL\"\n"));
}

TEST(Link, ANamespaceMayNameTheModulesThatHaveIt) {
  const auto in = [](const char* space) {
    return Definition{.address = 0x10002000, .symbol_namespace = space};
  };
  EXPECT_TRUE(link_with(in("module:kvm,m-1"), {}));
  EXPECT_TRUE(link_with(in("module:m*"), {}));
  EXPECT_FALSE(link_with(in("module:kvm,n*"), {}));
  EXPECT_FALSE(link_with(in("module:m"), {}));
  auto done = link_with(in("module:kvm,kvm-amd"), {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().symbols[0].reason, "is exported to the modules kvm,kvm-amd only");
}

TEST(Link, ComparesCrcsOfTheExtendedTable) {
  const std::string extended =
      ".section __version_ext_crcs,\"a\"\n.long 0x1234\n"
      ".section __version_ext_names,\"a\"\n.asciz \"foo\"\n";
  EXPECT_EQ(link_with(Definition{.address = 0x10002000, .crc = 0x1234}, {}, extended)
                .value()
                .versions_checked,
            1u);
  EXPECT_FALSE(link_with(Definition{.address = 0x10002000, .crc = 0x4321}, {}, extended));
}

TEST(Link, CommonSymbolsAreRefused) {
  auto done = link_with(Definition{.address = 0x10002000}, {}, ".comm buffer,8\n");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().log[0], "m_1: please compile with -fno-common");
}

TEST(SymbolTable, RefusesADuplicateAndAddsNothing) {
  SymbolTable table;
  ASSERT_TRUE(table.add({{"foo", {.owner = "first"}}}));
  auto added = table.add({{"bar", {.owner = "second"}}, {"foo", {.owner = "second"}}});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().reason, "exports duplicate symbol foo (owned by first)");
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.remove("first"), 1u);
}

TEST(Kallsyms, NamesAnAddressByWhatItLiesIn) {
  Kallsyms symbols;
  symbols.add("m", 0x1000, 0x2000, {{"second", 0x1100, 0x20, 't'}, {"first", 0x1000, 0, 't'}});
  EXPECT_EQ(symbols.symbolize(0x1108), "second+0x8/0x20 [m]");
  EXPECT_EQ(symbols.symbolize(0x1004), "first+0x4/0x100 [m]");
  EXPECT_FALSE(symbols.symbolize(0x2000));
}

TEST(LinkAll, LinksAllOfDebiansModules) {
  std::string root = kmodern::testing::debian_kernel();
  if (root.empty()) GTEST_SKIP() << "Debian's kernel is not in the cache";
  std::vector<BatchFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root + "/lib/modules"))
    if (entry.path().extension() == ".ko") files.push_back({entry.path().string()});
  auto kernel = kernel_exports(root, "6.1.0-56-amd64", "");
  ASSERT_TRUE(kernel) << describe(kernel.error());
  BatchResult result = link_all(files, std::move(*kernel));
  EXPECT_EQ(result.linked, 4023u);
  EXPECT_EQ(result.relocations, 5'671'369u);
  EXPECT_EQ(result.imports, 184'890u);
  EXPECT_EQ(result.versions_checked, 184'890u);
  EXPECT_EQ(result.unresolved, 0u);
}

}  // namespace
}  // namespace kmodern::ukernel::link
