// modules.devname: the device nodes that load their module.
#include "database/static_nodes.h"

#include <gtest/gtest.h>

namespace kmodern::database {
namespace {

TEST(StaticNodes, AreThoseOfCharacterAndBlockDevices) {
  const auto [nodes, errors] = read_static_nodes(
      "# Device nodes to trigger on-demand module loading.\n"
      "tun net/tun c10:200\n"
      "loop loop0 b7:0\n",
      "modules.devname");
  ASSERT_EQ(nodes.size(), 2u);
  EXPECT_EQ(nodes[0].module, "tun");
  EXPECT_EQ(nodes[0].path, "net/tun");
  EXPECT_FALSE(nodes[0].block);
  EXPECT_EQ(nodes[0].major, 10u);
  EXPECT_EQ(nodes[0].minor, 200u);
  EXPECT_TRUE(nodes[1].block);
  EXPECT_TRUE(errors.empty());
}

TEST(StaticNodes, NameEachLineThatIsNone) {
  const auto [nodes, errors] = read_static_nodes(
      "a\na b\na b c\na b c1\na b c1:x\na b d1:0\na b c-1:0\na b c5000:0\na b c1:9999999\n"
      "a b c1:2 more\n",
      "modules.devname");
  EXPECT_TRUE(nodes.empty());
  ASSERT_EQ(errors.size(), 10u);
  EXPECT_EQ(errors[9].subject, "modules.devname line 10");
}

TEST(StaticNodes, DoNotLeadOutOfDev) {
  EXPECT_TRUE(
      read_static_nodes("a ../x c1:1\na /x c1:1\na x/../../y c1:1\na x//y c1:1\na x/ c1:1\n",
                        "modules.devname")
          .nodes.empty());
}

}  // namespace
}  // namespace kmodern::database
