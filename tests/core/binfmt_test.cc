// Binary formats that modules serve, with the example module.
#include "core/using.h"

extern "C" int java_module_init(void);
extern "C" void java_module_exit(void);

namespace kmodern::core {

class Formats : public UsingTest {
 protected:
  static std::string executed(const std::string& content) {
    return used({"exec", "file"}, content);
  }
};

TEST_F(Formats, ThatAreNotThereAreAskedForByTheThirdAndFourthByte) {
  EXPECT_EQ(executed("\xca\xfe\xba\xbe"), "ENOEXEC");
  EXPECT_EQ(executed("\x7f"
                     "ELF"),
            "ENOEXEC");
  EXPECT_EQ(asked(), (std::vector<std::string>{"binfmt-beba", "binfmt-464c"}));
}

TEST_F(Formats, AreNotAskedForToExecuteText) {
  EXPECT_EQ(executed("#!/bin/sh"), "ENOEXEC");
  EXPECT_EQ(asked(), std::vector<std::string>());
}

TEST_F(Formats, ChooseTheInterpreterAsSoonAsTheModuleHasCome) {
  host().loads = [] { run(java_module_init); };
  EXPECT_EQ(executed("\xca\xfe\xba\xbe and so on"), "/usr/bin/java file\n");
  EXPECT_EQ(executed("\xca\xfe\xba\xbe"), "/usr/bin/java file\n");
  EXPECT_EQ(asked(), std::vector<std::string>{"binfmt-beba"});
  run(java_module_exit);
  EXPECT_EQ(left(), std::vector<std::string>());
}

TEST_F(Formats, AreTakenAwayIfTheModuleLeavesThemBehind) {
  run(java_module_init);
  EXPECT_EQ(left(), std::vector<std::string>{"binary format"});
}

}  // namespace kmodern::core
