// Protocol families that modules serve, with the example modules.
#include "core/using.h"

extern "C" int post_module_init(void);
extern "C" void post_module_exit(void);
extern "C" int post_echo_module_init(void);
extern "C" void post_echo_module_exit(void);

namespace kmodern::core {

class Families : public UsingTest {
 protected:
  static long write(OpenFile& file, std::string_view text) {
    return file.write(std::as_bytes(std::span(text))).value_or(-9999);
  }
};

class Post : public Families {
 protected:
  Post() { EXPECT_EQ(run(post_module_init), 0); }
  ~Post() override {
    run(post_module_exit);
    EXPECT_EQ(left(), std::vector<std::string>());
  }
};

TEST_F(Families, ThatAreNotThereAreAskedForByNumber) {
  EXPECT_EQ(used({"socket", "18", "dgram", "0"}), "EAFNOSUPPORT");
  EXPECT_EQ(asked(), std::vector<std::string>{"net-pf-18"});
  EXPECT_EQ(used({"socket", "46", "dgram", "0"}), "EAFNOSUPPORT");
  EXPECT_EQ(used({"socket", "18", "11", "0"}), "EINVAL");
  EXPECT_EQ(asked().size(), 1u) << "what cannot be is not asked for";
}

TEST_F(Post, TakesAMessageFromOneSocketToAnother) {
  auto reader = open({"socket", "18", "dgram", "0", "bind", "alice"});
  auto writer = open({"socket", "18", "dgram", "0", "connect", "alice"});
  ASSERT_TRUE(reader && writer);
  EXPECT_EQ(write(**writer, "hello"), 5);
  EXPECT_EQ(read_all(**reader), "hello");
}

TEST_F(Post, RefusesNamesThatAreTakenAndMessagesToNobody) {
  auto reader = open({"socket", "18", "dgram", "0", "bind", "alice"});
  EXPECT_EQ(used({"socket", "18", "dgram", "0", "bind", "alice"}), "EADDRINUSE");
  auto writer = open({"socket", "18", "dgram", "0", "connect", "bob"});
  ASSERT_TRUE(writer);
  EXPECT_EQ(write(**writer, "hello"), -ECONNREFUSED);
  EXPECT_EQ(used({"socket", "18", "stream", "0"}), "ESOCKTNOSUPPORT");
}

TEST_F(Post, AsksForAProtocolAsInetDoes) {
  EXPECT_EQ(used({"socket", "18", "dgram", "7"}), "EPROTONOSUPPORT");
  EXPECT_EQ(asked(), (std::vector<std::string>{"net-pf-18-proto-7-type-2", "net-pf-18-proto-7"}));
}

TEST_F(Post, EchoesByAProtocolThatCameWhenItWasAskedFor) {
  host().loads = [] { run(post_echo_module_init); };
  {
    auto socket = open({"socket", "18", "dgram", "7"});
    ASSERT_TRUE(socket);
    EXPECT_EQ(asked().size(), 1u);
    EXPECT_EQ(write(**socket, "hello"), 5);
    EXPECT_EQ(read_all(**socket), "hello");
  }
  run(post_echo_module_exit);
}

}  // namespace kmodern::core
