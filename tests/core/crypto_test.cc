// Crypto algorithms that modules serve, with the example module.
#include "core/using.h"

extern "C" int crc32c_module_init(void);
extern "C" void crc32c_module_exit(void);

namespace kmodern::core {

class Algorithms : public UsingTest {
 protected:
  static std::string digest(const std::string& name, std::string_view of) {
    auto file = open({"crypto", name});
    if (!file) return strerrorname_np(file.error().code);
    while (!of.empty()) {
      const long took = (*file)->write(std::as_bytes(std::span(of))).value_or(0);
      if (took <= 0) return "takes nothing";
      of.remove_prefix(static_cast<std::size_t>(took));
    }
    return read_all(**file);
  }
};

TEST_F(Algorithms, ThatAreNotThereAreAskedForByBothNames) {
  EXPECT_EQ(digest("crc32c", ""), "ENOENT");
  EXPECT_EQ(asked(), (std::vector<std::string>{"crypto-crc32c", "crypto-crc32c-all"}));
}

TEST_F(Algorithms, DigestAsSoonAsTheModuleHasCome) {
  host().loads = [] { run(crc32c_module_init); };
  EXPECT_EQ(digest("crc32c", "123456789"), "839206e3\n");  // 0xe3069283: RFC 3720's check value
  EXPECT_EQ(asked(), std::vector<std::string>{"crypto-crc32c"});
  EXPECT_EQ(digest("crc32c", std::string(1000, '\0')),
            digest("crc32c-table", std::string(1000, '\0')));
  run(crc32c_module_exit);
  EXPECT_EQ(left(), std::vector<std::string>());
}

TEST_F(Algorithms, AreTakenAwayIfTheModuleLeavesThemBehind) {
  run(crc32c_module_init);
  EXPECT_EQ(left(), std::vector<std::string>{"crypto algorithm crc32c-table"});
  EXPECT_EQ(digest("crc32c", ""), "ENOENT");
}

}  // namespace kmodern::core
