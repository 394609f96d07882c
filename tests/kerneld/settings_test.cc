#include "kerneld/settings.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace kmodern::kerneld {
namespace {

TEST(Settings, AreReadBesideThePolicy) {
  const auto settings = parse_settings(R"([daemon]
workers = 3
idle = 90
keep = ["ext4", "nls-*"]
store = "/tmp/requests.db"
store_limit = 2
metrics_port = 9464
socket = "/run/k.sock"
[policy]
mode = "audit"
[[rule]]
action = "deny"
)",
                                       "f");
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_EQ(settings->workers, 3U);
  EXPECT_EQ(settings->idle, std::chrono::seconds(90));
  EXPECT_TRUE(settings->keeps("ext4"));
  EXPECT_TRUE(settings->keeps("nls_cp437"));
  EXPECT_FALSE(settings->keeps("vfat"));
  EXPECT_EQ(settings->store, "/tmp/requests.db");
  EXPECT_EQ(settings->store_limit, 2U << 20);
  EXPECT_EQ(settings->metrics_port, 9464);
  EXPECT_EQ(settings->socket, "/run/k.sock");
}

TEST(Settings, OfAFileThatIsNotThereAreTheDefaults) {
  const auto settings = read_settings("/nonexistent/kerneld.toml");
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_EQ(settings->idle, std::chrono::seconds(60));
  EXPECT_FALSE(settings->store);
}

struct Wrong {
  const char* text;
  const char* subject;
};

TEST(Settings, AreRefusedByFileAndLine) {
  for (const auto& [text, subject] : {Wrong{"[daemon]\nidel = 3\n", "f line 2"},
                                      {"[daemon]\n\nidle = -1\n", "f line 3"},
                                      {"[daemon]\nidle = \"60\"\n", "f line 2"},
                                      {"[daemon]\nworkers = 0\n", "f line 2"},
                                      {"[daemon]\nworkers = 129\n", "f line 2"},
                                      {"[daemon]\nkeep = [\"a b\"]\n", "f line 2"},
                                      {"[daemon]\nstore = 3\n", "f line 2"},
                                      {"[daemon]\nsocket = \"k.sock\"\n", "f line 2"},
                                      {"daemon = 3\n", "f line 1"},
                                      {"[policy]\n\n[deamon]\n", "f line 3"},
                                      {"[daemon]\nidle = \n", "f line 2"}}) {
    const auto settings = parse_settings(text, "f");
    ASSERT_FALSE(settings) << text;
    EXPECT_EQ(settings.error().code, EINVAL) << text;
    EXPECT_EQ(settings.error().subject, subject) << text;
  }
}

}  // namespace
}  // namespace kmodern::kerneld
