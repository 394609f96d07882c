// Device nodes of modules.devname, as the kernel's files.
#include "ukernel/view/static_nodes.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "support/files.h"

namespace kmodern::ukernel {
namespace {

TEST(StaticNodes, StandInFoldersOfTheirOwn) {
  const auto folder = testing::temporary_directory();
  const std::string file = folder.path() + "/modules.devname";
  testing::write_file(file, "tun net/tun c10:200\nfuse fuse c10:229\n");
  StaticNodes nodes(file);
  EXPECT_EQ(nodes.find("/dev/net")->kind, Node::Kind::folder);
  EXPECT_TRUE(nodes.find("/dev/net")->shared);
  EXPECT_EQ(nodes.list("/dev"), (std::vector<std::string>{"fuse", "net"}));
  EXPECT_EQ(nodes.list("/dev/net"), (std::vector<std::string>{"tun"}));
  EXPECT_EQ(nodes.find("/dev/net/tun")->minor, 200u);
  EXPECT_TRUE(nodes.find("/dev/net/tun")->opened);
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
