#include "kerneld/users.h"

#include <gtest/gtest.h>

#include "support/files.h"

namespace kmodern::kerneld {
namespace {

TEST(Users, AreReadByNumberAndWhatIsNoLineIsPassedOver) {
  const auto folder = testing::temporary_directory();
  testing::write_file(folder.path() + "/passwd",
                      "root:x:0:0:root:/root:/bin/sh\n"
                      "toor:x:0:0::/root:/bin/sh\n"
                      "\n#\n:x:5\nhalf:x\nwords:x:seven:7\n"
                      "ann:x:1000:");
  const UserNames names = read_user_names(folder.path() + "/passwd");
  EXPECT_EQ(names, (UserNames{{0, "root"}, {1000, "ann"}}));
}

TEST(Users, WithoutAFileThereAreNone) {
  EXPECT_TRUE(read_user_names("/nonexistent/passwd").empty());
}

}  // namespace
}  // namespace kmodern::kerneld
