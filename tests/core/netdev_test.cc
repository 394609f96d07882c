// Network interfaces that modules serve, with the example modules.
#include <thread>

#include "core/using.h"

extern "C" int dummynet_module_init(void);
extern "C" void dummynet_module_exit(void);
extern "C" int eth_module_init(void);
extern "C" void eth_module_exit(void);

namespace kmodern::core {

class Interfaces : public UsingTest {
 protected:
  static long send(const std::string& name, std::string_view frame) {
    auto file = open({"netdev", name, "send"});
    return file ? (*file)->write(std::as_bytes(std::span(frame))).value_or(-9999)
                : -file.error().code;
  }
};

class Eth0 : public Interfaces {
 protected:
  Eth0() { EXPECT_EQ(run(eth_module_init), 0); }
  ~Eth0() override {
    run(eth_module_exit);
    EXPECT_EQ(left(), std::vector<std::string>());
  }
};

TEST_F(Interfaces, ThatAreNotThereAreAskedForByBothNames) {
  host().answer = 256;
  EXPECT_EQ(used({"netdev", "eth0"}), "ENODEV");
  EXPECT_EQ(asked(), (std::vector<std::string>{"netdev-eth0", "eth0"}));
  EXPECT_EQ(used({"netdev", "a/b"}), "ENODEV");
  EXPECT_EQ(used({"netdev", "a name that is too long"}), "ENODEV");
  EXPECT_EQ(asked().size(), 2u) << "no name of an interface";
}

TEST_F(Interfaces, CountWhatTheySend) {
  host().loads = [] { run(dummynet_module_init); };
  EXPECT_EQ(used({"netdev", "dummy0", "up"}), "");
  EXPECT_EQ(asked(), std::vector<std::string>{"netdev-dummy0"});
  EXPECT_EQ(send("dummy0", "hello"), 5);
  const std::string shown = used({"netdev", "dummy0"});
  EXPECT_TRUE(shown.starts_with("dummy0: up mtu 1500 address ")) << shown;
  EXPECT_NE(shown.find("sent 1 frames, 5 bytes"), std::string::npos) << shown;
  run(dummynet_module_exit);
  EXPECT_EQ(left(), std::vector<std::string>());
}

TEST_F(Interfaces, AreTakenAwayIfTheModuleLeavesThemBehind) {
  run(dummynet_module_init);
  const auto whats = left();
  EXPECT_TRUE(std::ranges::find(whats, "network interface dummy0") != whats.end());
  host().answer = 256;
  EXPECT_EQ(used({"netdev", "dummy0"}), "ENODEV");
}

TEST_F(Eth0, SendsOnlyWhenItIsUp) {
  EXPECT_EQ(send("eth0", "frame"), -ENETDOWN);
  EXPECT_EQ(used({"netdev", "eth0", "up"}), "");
  EXPECT_EQ(used({"netdev", "eth0", "down"}), "");
  EXPECT_EQ(send("eth0", "frame"), -ENETDOWN);
}

TEST_F(Eth0, ReceivesWhatItSendsThroughALoop) {
  used({"netdev", "eth0", "up"});
  auto listener = open({"netdev", "eth0", "listen"});
  ASSERT_TRUE(listener);
  EXPECT_EQ(send("eth0", "a frame"), 7);
  EXPECT_EQ(read_all(**listener), "a frame");
}

TEST_F(Eth0, EndsWhoListensWhenItGoes) {
  auto listener = open({"netdev", "eth0", "listen"});
  ASSERT_TRUE(listener);
  std::thread remover([] { run(eth_module_exit); });
  EXPECT_EQ(read_all(**listener), "");
  remover.join();
  EXPECT_EQ(run(eth_module_init), 0);
}

}  // namespace kmodern::core
