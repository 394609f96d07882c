// Character sets that modules serve, with the example module.
#include "core/using.h"

extern "C" int nls_module_init(void);
extern "C" void nls_module_exit(void);

namespace kmodern::core {

class CharacterSets : public UsingTest {
 protected:
  static std::string converted(const std::string& charset, std::string_view text) {
    auto file = open({"nls", charset});
    if (!file) return strerrorname_np(file.error().code);
    (void)(*file)->write(std::as_bytes(std::span(text)));
    return read_all(**file);
  }
};

TEST_F(CharacterSets, ThatAreNotThereAreAskedForByName) {
  EXPECT_EQ(converted("iso8859-15", "a"), "EINVAL");
  EXPECT_EQ(asked(), std::vector<std::string>{"nls_iso8859-15"});
}

TEST_F(CharacterSets, ConvertAsSoonAsTheModuleHasCome) {
  host().loads = [] { run(nls_module_init); };
  EXPECT_EQ(converted("iso8859-15", "100 \xa4, na\xefve"), "100 €, naïve");
  EXPECT_EQ(converted("latin9", ""), "");
  EXPECT_EQ(asked().size(), 1u);
  run(nls_module_exit);
  EXPECT_EQ(left(), std::vector<std::string>());
}

TEST_F(CharacterSets, Utf8IsReadStrictly) {
  auto* read = api<int(const unsigned char*, int, std::uint32_t*)>("utf8_to_utf32");
  auto bytes = [](const char* text) { return reinterpret_cast<const unsigned char*>(text); };
  std::uint32_t unicode = 0;
  EXPECT_EQ(read(bytes("\xe2\x82\xac"), 3, &unicode), 3);
  EXPECT_EQ(unicode, 0x20acu);
  EXPECT_EQ(read(bytes("\xe2\x82\xac"), 2, &unicode), -1);
  EXPECT_EQ(read(bytes("\xc0\x80"), 2, &unicode), -1) << "longer than it needs to be";
  EXPECT_EQ(read(bytes("\xed\xa0\x80"), 3, &unicode), -1) << "a surrogate";
}

}  // namespace kmodern::core
