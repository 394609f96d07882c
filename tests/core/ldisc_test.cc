// Line disciplines that modules serve, with the example module.
#include "core/using.h"

extern "C" int mirror_module_init(void);
extern "C" void mirror_module_exit(void);

namespace kmodern::core {

class Disciplines : public UsingTest {
 protected:
  static std::string over_line(const std::string& number, std::string_view text) {
    auto file = open({"ldisc", number});
    if (!file) return strerrorname_np(file.error().code);
    while (!text.empty()) {
      const long took = (*file)->write(std::as_bytes(std::span(text))).value_or(0);
      if (took <= 0) return "takes nothing";
      text.remove_prefix(static_cast<std::size_t>(took));
    }
    return read_all(**file);
  }
};

TEST_F(Disciplines, ThatAreNotThereAreAskedForByNumber) {
  EXPECT_EQ(over_line("29", "a"), "EINVAL");
  EXPECT_EQ(over_line("31", "a"), "EINVAL");
  EXPECT_EQ(asked(), std::vector<std::string>{"tty-ldisc-29"}) << "there is no number 31";
}

TEST_F(Disciplines, StandBetweenTheLineAndPrograms) {
  host().loads = [] { run(mirror_module_init); };
  EXPECT_EQ(over_line("29", "one\ntwo\nthr"), "eno\nowt\n");
  EXPECT_EQ(over_line("29", std::string(1000, 'x') + "\n"), std::string(255, 'x') + "\n");
  EXPECT_EQ(asked().size(), 1u);
  run(mirror_module_exit);
  EXPECT_EQ(left(), std::vector<std::string>());
}

TEST_F(Disciplines, AreTakenAwayIfTheModuleLeavesThemBehind) {
  run(mirror_module_init);
  EXPECT_EQ(left(), std::vector<std::string>{"line discipline n_mirror"});
  EXPECT_EQ(over_line("29", "a"), "EINVAL");
}

}  // namespace kmodern::core
