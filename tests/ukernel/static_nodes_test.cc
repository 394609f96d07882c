// Device nodes of modules.devname.
#include "ukernel/view/static_nodes.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "support/files.h"

namespace kmodern::ukernel {
namespace {

TEST(StaticNodes, AreThoseOfCharacterAndBlockDevices) {
  const auto nodes = read_static_nodes(
      "# Device nodes to trigger on-demand module loading.\n"
      "tun net/tun c10:200\n"
      "loop loop0 b7:0\n"
      "snd snd/seq c116:1\n");
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_EQ(nodes.at("/dev/loop0").kind, Node::Kind::block);
  EXPECT_EQ(nodes.at("/dev/loop0").major, 7u);
  const Node& tun = nodes.at("/dev/net/tun");
  EXPECT_EQ(tun.kind, Node::Kind::character);
  EXPECT_EQ(tun.major, 10u);
  EXPECT_EQ(tun.minor, 200u);
  EXPECT_TRUE(tun.opened);
}

TEST(StaticNodes, PassOverWhatIsNone) {
  EXPECT_TRUE(
      read_static_nodes("a\na b\na b c\na b c1\na b c1:x\na b d1:0\na b c-1:0\na b c5000:0\n"
                        "a b c1:9999999\na b c1:2 more\n")
          .empty());
}

TEST(StaticNodes, DoNotLeadOutOfDev) {
  EXPECT_TRUE(
      read_static_nodes("a ../x c1:1\na /x c1:1\na x/../../y c1:1\na x//y c1:1\na x/ c1:1\n")
          .empty());
}

TEST(StaticNodes, StandInFoldersOfTheirOwn) {
  const auto folder = testing::temporary_directory();
  const std::string file = folder.path() + "/modules.devname";
  testing::write_file(file, "tun net/tun c10:200\nfuse fuse c10:229\n");
  StaticNodes nodes(file);
  EXPECT_EQ(nodes.find("/dev/net")->kind, Node::Kind::folder);
  EXPECT_TRUE(nodes.find("/dev/net")->shared);
  EXPECT_EQ(nodes.list("/dev"), (std::vector<std::string>{"fuse", "net"}));
  EXPECT_EQ(nodes.list("/dev/net"), (std::vector<std::string>{"tun"}));
  EXPECT_FALSE(nodes.find("/dev/ne"));
  EXPECT_FALSE(nodes.find("/dev/net/tun/x"));
}

TEST(StaticNodes, FollowTheirFile) {
  const auto folder = testing::temporary_directory();
  const std::string file = folder.path() + "/modules.devname";
  StaticNodes nodes(file);
  EXPECT_FALSE(nodes.find("/dev/a"));
  testing::write_file(file, "a a c1:1\n");
  EXPECT_TRUE(nodes.find("/dev/a"));
  testing::write_file(file, "b long-name c1:1\n");
  EXPECT_FALSE(nodes.find("/dev/a"));
}

}  // namespace
}  // namespace kmodern::ukernel
