// The files in which the kernel shows its modules: their texts, and what writing them does.
#include "ukernel/view/view.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <span>

#include "ukernel/test_module.h"
#include "ukernel/view/addresses.h"

namespace kmodern {
namespace {

using test::error_of;
using test::plain;
using ukernel::Node;

class ViewTest : public test::KernelTest {
 protected:
  ukernel::View& view() { return kernel_->view(); }
  std::string text(const std::string& path) {
    auto read = view().read(path);
    return read ? *read : describe(read.error());
  }
};

TEST_F(ViewTest, ListsModulesAsProcModulesDoes) {
  ASSERT_TRUE(build_and_load("base", std::string("int shared(void) { return 1; }\n"
                                                 "EXPORT(shared);\n") +
                                         plain));
  ASSERT_TRUE(build_and_load("user", std::string("int shared(void);\n"
                                                 "int use(void) { return shared(); }\n") +
                                         plain));
  auto base = listed("base");
  auto user = listed("user");
  auto flags = [](const kernel::LoadedModule& module) {
    return module.taints.empty() ? "" : " (" + module.taints + ")";
  };
  EXPECT_EQ(
      text("/proc/modules"),
      fmt::format("user {} 0 - Live 0x{:016x}{}\nbase {} 1 user, Live 0x{:016x}{}\n", user.size,
                  user.address, flags(user), base.size, base.address, flags(base)));
}

TEST(Addresses, AreZerosWhereTheyAreHidden) {
  using ukernel::without_addresses;
  EXPECT_EQ(without_addresses("/proc/modules", "a 1 0 - Live 0xffffffffc0123456 (E)\n"),
            "a 1 0 - Live 0x0000000000000000 (E)\n");
  EXPECT_EQ(
      without_addresses("/proc/kallsyms", "ffffffffc0123456 t f\t[a]\n00000000c0123460 d 0x\n"),
      "0000000000000000 t f\t[a]\n0000000000000000 d 0x\n");
  EXPECT_EQ(without_addresses("/sys/module/a/sections/.text", "0xffffffffc0123456\n"),
            "0x0000000000000000\n");
  EXPECT_EQ(without_addresses("/sys/module/a/parameters/at", "0xffff\n"), "0xffff\n");
  EXPECT_EQ(without_addresses("/proc/kallsyms", "cut"), "000");
}

TEST_F(ViewTest, KptrRestrictHidesAddressesFromAll) {
  ASSERT_TRUE(build_and_load("hello", plain));
  const auto zeros = [&] {
    return kernel_->read_file("/proc/modules", ::getpid(), "test")->find(" 0x0000000000000000") !=
           std::string::npos;
  };
  EXPECT_FALSE(zeros());
  EXPECT_EQ(error_of(view().write("/proc/sys/kernel/kptr_restrict", "3")).code, EINVAL);
  ASSERT_TRUE(view().write("/proc/sys/kernel/kptr_restrict", "2\n"));
  EXPECT_EQ(text("/proc/sys/kernel/kptr_restrict"), "2\n");
  EXPECT_TRUE(zeros());
}

TEST_F(ViewTest, ModulesDisabledTakesOneAndNothingElse) {
  for (const char* wrong : {"0", "2", "-1", "x", "1x", "", "\n", "99999999999"})
    EXPECT_EQ(error_of(view().write("/proc/sys/kernel/modules_disabled", wrong)).code, EINVAL)
        << wrong;
  EXPECT_EQ(text("/proc/sys/kernel/modules_disabled"), "0\n");
  ASSERT_TRUE(view().write("/proc/sys/kernel/modules_disabled", " 0x1 \n"));
  EXPECT_EQ(error_of(view().write("/proc/sys/kernel/modules_disabled", "0")).code, EINVAL);
  EXPECT_EQ(text("/proc/sys/kernel/modules_disabled"), "1\n");
}

TEST_F(ViewTest, ShowsAModulesFactsInItsFolder) {
  ASSERT_TRUE(build_and_load("hello", plain));
  EXPECT_EQ(text("/sys/module/hello/initstate"), "live\n");
  EXPECT_EQ(text("/sys/module/hello/refcnt"), "0\n");
  EXPECT_EQ(text("/sys/module/hello/initsize"), "0\n");
  EXPECT_EQ(text("/sys/module/hello/coresize"), fmt::format("{}\n", listed("hello").size));
  EXPECT_EQ(text("/sys/module/hello/taint"), listed("hello").taints + "\n");
  EXPECT_EQ(view().find("/sys/module/hello")->kind, Node::Kind::folder);
  EXPECT_EQ(view().list("/sys/module"), std::vector<std::string>{"hello"});
}

TEST_F(ViewTest, CountsTheFoldersOfModulesAsLinks) {
  const auto links = [&] { return view().find("/sys/module")->links; };
  EXPECT_EQ(links(), 2u);
  ASSERT_TRUE(build_and_load("hello", plain));
  ASSERT_TRUE(build_and_load("other", plain));
  EXPECT_EQ(links(), 4u);
  ASSERT_TRUE(kernel_->unload("other", {}));
  EXPECT_EQ(links(), 3u);
}

TEST_F(ViewTest, LinksToWhoHoldsAModule) {
  ASSERT_TRUE(build_and_load("base", std::string("int shared(void) { return 1; }\n"
                                                 "EXPORT(shared);\n") +
                                         plain));
  ASSERT_TRUE(build_and_load("user", std::string("int shared(void);\n"
                                                 "int use(void) { return shared(); }\n") +
                                         plain));
  EXPECT_EQ(view().list("/sys/module/base/holders"), std::vector<std::string>{"user"});
  auto holder = view().find("/sys/module/base/holders/user");
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->kind, Node::Kind::link);
  EXPECT_EQ(holder->target, "../../user");
}

TEST_F(ViewTest, HasNothingOfAModuleThatIsGone) {
  ASSERT_TRUE(build_and_load("hello", plain));
  ASSERT_TRUE(unload("hello"));
  EXPECT_TRUE(view().covers("/sys/module/hello"));
  EXPECT_FALSE(view().find("/sys/module/hello"));
  EXPECT_EQ(error_of(view().read("/sys/module/hello/refcnt")).code, ENOENT);
  EXPECT_EQ(text("/proc/modules"), "");
}

TEST_F(ViewTest, TakesParametersByTheirModes) {
  ASSERT_TRUE(build_and_load("tuned",
                             std::string("int wide = 3; PARAMETER(wide, int);\n"
                                         "int fixed = 4; PARAMETER_MODE(fixed, int, 0444);\n"
                                         "int hidden = 5; PARAMETER_MODE(hidden, int, 0);\n") +
                                 plain,
                             "wide=7"));
  EXPECT_EQ(text("/sys/module/tuned/parameters/wide"), "7\n");
  EXPECT_TRUE(view().write("/sys/module/tuned/parameters/wide", "8"));
  EXPECT_EQ(text("/sys/module/tuned/parameters/wide"), "8\n");
  EXPECT_EQ(error_of(view().write("/sys/module/tuned/parameters/wide", "many")).code, EINVAL);
  EXPECT_EQ(view().find("/sys/module/tuned/parameters/fixed")->mode, 0444u);
  EXPECT_FALSE(view().write("/sys/module/tuned/parameters/fixed", "8\n"));
  EXPECT_EQ(text("/sys/module/tuned/parameters/fixed"), "4\n");
  EXPECT_FALSE(view().find("/sys/module/tuned/parameters/hidden"));
}

TEST_F(ViewTest, ShowsWhatIsBuiltInWithItsParametersAndVersion) {
  const auto* operations = core_->operations("param_ops_int");
  int value = 3;
  const ukernel::KernelParam table[] = {
      {"wide", nullptr, operations, 0644, -1, 0, &value},
      {"hidden", nullptr, operations, 0, -1, 0, &value},
  };
  core_->built_ins["part"] = {
      .name = "part", .version = "1.2", .parameters = std::as_bytes(std::span(table))};
  EXPECT_EQ(view().list("/sys/module"), std::vector<std::string>{"part"});
  EXPECT_EQ(view().list("/sys/module/part"),
            (std::vector<std::string>{"uevent", "version", "parameters"}));
  EXPECT_EQ(text("/sys/module/part/version"), "1.2\n");
  EXPECT_TRUE(view().write("/sys/module/part/parameters/wide", "4"));
  EXPECT_EQ(text("/sys/module/part/parameters/wide"), "4\n");
  EXPECT_EQ(value, 4);
  EXPECT_FALSE(view().find("/sys/module/part/parameters/hidden"));
  EXPECT_FALSE(view().find("/sys/module/part/initstate"));
  EXPECT_EQ(text("/proc/modules"), "");
}

TEST_F(ViewTest, DisablesModulesForGood) {
  EXPECT_EQ(text("/proc/sys/kernel/modules_disabled"), "0\n");
  EXPECT_EQ(error_of(view().write("/proc/sys/kernel/modules_disabled", "2\n")).code, EINVAL);
  ASSERT_TRUE(build_and_load("hello", plain));
  EXPECT_TRUE(view().write("/proc/sys/kernel/modules_disabled", "1\n"));
  EXPECT_EQ(text("/proc/sys/kernel/modules_disabled"), "1\n");
  EXPECT_EQ(error_of(view().write("/proc/sys/kernel/modules_disabled", "0\n")).code, EINVAL);
  EXPECT_EQ(error_of(unload("hello")).code, EPERM);
  EXPECT_EQ(error_of(build_and_load("late", plain)).code, EPERM);
}

TEST_F(ViewTest, AnswersForItsOwnPathsOnly) {
  EXPECT_TRUE(view().covers("/proc/modules"));
  EXPECT_TRUE(view().covers("/sys/module/nosuch"));
  EXPECT_FALSE(view().covers("/proc/modulesx"));
  EXPECT_FALSE(view().covers("/sys/modulesx"));
  EXPECT_FALSE(view().covers("/proc/cpuinfo"));
}

}  // namespace
}  // namespace kmodern
