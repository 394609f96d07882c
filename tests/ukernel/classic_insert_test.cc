// insmod of Linux 2.4: an object file is linked in user space; versions are in the names of
// symbols.
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "ukernel/classic/insert.h"
#include "ukernel/classic/parameters.h"
#include "ukernel/classic_image.h"

namespace kmodern::test {
namespace {

class ClassicInsert : public ClassicTest, public kernel::Kernel {
 protected:
  // Compiles `source` as people did; .modinfo has `info`, NUL between its entries.
  std::string object(const std::string& name, const std::string& info, const std::string& source) {
    const std::string stem = folder_->path() + "/" + name;
    std::ofstream(stem + ".c") << "static const char info[] __attribute__((section(\".modinfo\"), "
                                  "used)) = \"kernel_version=6.1.0-test\\0"
                               << info << "\";\n#pragma GCC visibility push(hidden)\n"
                               << source;
    EXPECT_EQ(std::system(fmt::format("gcc -O -c {0}.c -o {0}.o", stem).c_str()), 0);
    return stem + ".o";
  }
  Result<std::vector<std::string>> insmod(const std::string& path,
                                          const ukernel::classic::InsertOptions& options = {}) {
    TRY(auto file, module::ModuleFile::open(path));
    EXPECT_TRUE(ukernel::classic::is_classic(file));
    return ukernel::classic::insert(*this, *kernel_, file, options);
  }
  // A call of test_note() by that name.
  static std::string calls(const std::string& function) {
    return fmt::format(
        "void {0}(long); int init_module(void) {{ {0}(3); return 0; }} void cleanup_module(void) "
        "{{ }}",
        function);
  }
  static std::string versioned(unsigned difference = 0) {
    for (const core::Export& one : TestCore::all_exports())
      if (one.name == "test_note") return fmt::format("test_note_R{:08x}", *one.crc + difference);
    return {};
  }

  // What insmod asks of its kernel beside the calls.
  std::string describe() const override { return "test"; }
  Result<std::string> release() override { return kernel_->release(); }
  Result<void> unload(const std::string& name, const kernel::UnloadOptions& options) override {
    return kernel_->unload(name, options);
  }
  Result<void> load(const std::string&, const kernel::LoadOptions&) override { return {}; }
  Result<std::vector<kernel::LoadedModule>> modules() override { return kernel_->modules(); }
  Result<std::optional<kernel::LoadedModule>> module(const std::string&) override {
    return std::nullopt;
  }
  Result<bool> builtin(const std::string&) override { return false; }
  Result<std::uint64_t> tainted() override { return 0; }

  Result<TemporaryDirectory> folder_ = TemporaryDirectory::create();
};

constexpr const char* checksums = "license=GPL\\0using_checksums=1";

TEST_F(ClassicInsert, APlainNameIsThatOfTheVersionedSymbol) {
  auto done = insmod(object("plain", "license=GPL", calls("test_note")));
  ASSERT_TRUE(done) << kmodern::describe(done.error());
  EXPECT_EQ(core_->notes, 3);
  EXPECT_EQ(*done, std::vector<std::string>{});
}

TEST_F(ClassicInsert, AVersionedNameMustBeTheKernels) {
  EXPECT_TRUE(insmod(object("good", checksums, calls(versioned()))));
  const std::string other = object("other", checksums, calls(versioned(1)));
  Error error = error_of(insmod(other));
  EXPECT_EQ(error.code, EINVAL);
  EXPECT_NE(error.reason.find("the module was built for version"), std::string::npos);
  EXPECT_TRUE(insmod(other, {.force = true}));
  EXPECT_EQ(core_->notes, 6);
}

TEST_F(ClassicInsert, ASymbolForGplModulesIsForThemOnly) {
  const std::string source = "int test_gpl(void); int init_module(void) { return test_gpl() * 0; }";
  Error error = error_of(insmod(object("closed", "license=Proprietary", source)));
  EXPECT_EQ(error.code, ENOENT);
  EXPECT_TRUE(insmod(object("open", "license=GPL", source)));
}

TEST_F(ClassicInsert, ALicenseThatIsNotTheGplsTaints) {
  auto done = insmod(object("closed", "license=Proprietary", calls("test_note")));
  ASSERT_TRUE(done) << kmodern::describe(done.error());
  EXPECT_NE(done->at(0).find("will taint the kernel: non-GPL license - Proprietary"),
            std::string::npos);
  EXPECT_EQ(kernel_->taints(), "P");
}

TEST_F(ClassicInsert, CodeIsNotWritableAndConstantsNeither) {
  auto done =
      insmod(object("pages", "license=GPL",
                    "const char text[] = \"constant\"; char *volatile pointer = (char *)text;"
                    "int init_module(void) { *pointer = 'x'; return 0; }"));
  EXPECT_EQ(error_of(done).code, EFAULT);
  EXPECT_EQ(kernel_->faulted(), std::vector<std::string>{"pages"});
}

TEST_F(ClassicInsert, AFailedLoadLeavesNothing) {
  EXPECT_EQ(
      error_of(insmod(object("fails", "license=GPL", "int init_module(void) { return -12; }")))
          .code,
      ENOMEM);
  EXPECT_EQ(error_of(insmod(object("strange", "license=GPL", calls("nobody")))).code, ENOENT);
  EXPECT_EQ(loaded(), std::vector<std::string>{});
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(ClassicInsert, CanUnloadMayBeSetByInit) {
  const std::string source =
      "struct module { long words[16]; int (*can_unload)(void); }; extern struct module "
      "__this_module; static int no(void) { return 1; }"
      "int init_module(void) { __this_module.can_unload = no; return 0; }";
  EXPECT_TRUE(insmod(object("asked", "license=GPL", source)));
  EXPECT_EQ(info("asked").usecount, -1);
  EXPECT_EQ(error_of(kernel_->unload("asked", {})).code, EBUSY);
}

class ClassicParameters : public ::testing::Test {
 protected:
  Result<std::vector<ukernel::classic::Assignment>> assign(std::string_view parameters) {
    static constexpr char info[] =
        "parm_b=b\0parm_two=2i\0parm_some=1-3h\0parm_s=1-2s\0parm_c=c4\0parm_odd=q\0";
    return ukernel::classic::assignments(
        parameters,
        module::Modinfo::parse(Bytes::borrowed(std::string_view(info, sizeof info - 1))), "m");
  }
};

TEST_F(ClassicParameters, HaveTheSizesOfTheirTypes) {
  auto all = assign("b=-128 two=1,0x10 some=-1 s=\"a, b\",c c=abc");
  ASSERT_TRUE(all) << describe(all.error());
  EXPECT_EQ(all->at(0).bytes, "\x80");
  EXPECT_EQ(all->at(1).bytes, std::string("\1\0\0\0\x10\0\0\0", 8));
  EXPECT_EQ(all->at(2).bytes, "\xff\xff");
  EXPECT_EQ(all->at(3).texts.at(0).text, "a, b");
  EXPECT_EQ(all->at(3).texts.at(1).at, 8u);
  EXPECT_EQ(all->at(4).bytes, std::string("abc\0", 4));
}

TEST_F(ClassicParameters, ThatDoNotFitAreEinval) {
  for (const char* bad : {"b=256", "b=-129", "b=x", "b", "b=", "two=1", "two=1,2,3", "some=1,2,3,4",
                          "c=abcd", "odd=1", "none=1"})
    EXPECT_EQ(error_of(assign(bad)).code, EINVAL) << bad;
}

TEST(ClassicNames, HaveTheirVersionsTakenOff) {
  using classic::split_version;
  EXPECT_EQ(split_version("printk_R1b7d4074").base, "printk");
  EXPECT_EQ(split_version("kmalloc_Rsmp_93d4cfe6").base, "kmalloc");
  EXPECT_EQ(split_version("kmalloc_Rsmp_2gig_93d4cfe6").version, "smp_2gig_93d4cfe6");
  EXPECT_EQ(classic::crc_of("smp_64gig_93d4cfe6"), 0x93d4cfe6u);
  for (const char* plain : {"printk", "my_Rest", "a_R1234567", "a_R123456789", "_R12345678"})
    EXPECT_EQ(split_version(plain).base, plain);
}

}  // namespace
}  // namespace kmodern::test
