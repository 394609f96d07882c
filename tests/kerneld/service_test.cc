#include "kerneld/service.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <condition_variable>
#include <future>
#include <thread>

#include "kerneld/sleepy_kernel.h"
#include "kerneld/test_channel.h"
#include "support/files.h"
#include "support/module_directory.h"

using namespace kmodern;
using kmodern::testing::ModuleDirectory;
using kmodern::testing::SleepyKernel;
using kmodern::testing::SleepyState;
using kmodern::testing::TestKernelSide;

namespace kmodern::kerneld {
namespace {

// A service over two modules and an alias, with what it recorded and said.
struct Fixture {
  explicit Fixture(const std::string& policy = "") {
    set_policy(policy);
    ServiceOptions options;
    options.engine = {.directory = directory.path(),
                      .configure = [this](const database::Database&) { return config; },
                      .connect = [this]() -> Result<std::unique_ptr<kernel::Kernel>> {
                        return std::make_unique<SleepyKernel>(state);
                      },
                      .workers = 2,
                      .may_go = [](const std::string& module) { return module != "kept"; }};
    options.policy_file = folder.path() + "/kerneld.toml";
    options.channel = kernel.channel();
    options.record = [this](const Event& event) {
      std::lock_guard lock(mutex);
      events.push_back(event);
      recorded.notify_all();
    };
    options.log = [this](const std::string& line) {
      std::lock_guard lock(mutex);
      log += line + "\n";
    };
    auto made = Service::create(std::move(options));
    if (!made) ADD_FAILURE() << describe(made.error());
    service = std::move(*made);
  }

  void set_policy(const std::string& text) {
    testing::write_file(folder.path() + "/kerneld.toml", text);
  }

  // Asks, and waits for the answer and its record.
  std::optional<int> request(const std::string& name, const kernel::Asker& asker = {}) {
    const std::uint64_t id = kernel.ask(name, asker);
    EXPECT_TRUE(service->take());
    const auto answer = kernel.answer_to(id);
    std::unique_lock lock(mutex);
    recorded.wait_for(lock, std::chrono::seconds(30), [&] { return events.size() >= id; });
    return answer;
  }
  const Event& last() const { return events.back(); }

  ModuleDirectory directory{{{"top", "base"}, {"base", ""}, {"kept", ""}}, {{"fs_x", "top"}}};
  TemporaryDirectory folder = testing::temporary_directory();
  config::Config config;
  std::shared_ptr<SleepyState> state = std::make_shared<SleepyState>();
  TestKernelSide kernel;
  std::mutex mutex;
  std::condition_variable recorded;
  std::vector<Event> events;
  std::string log;
  std::unique_ptr<Service> service;  // last: it uses all of the above
};

TEST(Service, AnswersAndRecordsWhatCameOfARequest) {
  Fixture of;
  EXPECT_EQ(of.request("fs-x", {.pid = 7, .comm = "mount", .uid = 0}), 0);
  EXPECT_EQ(of.state->order, (std::vector<std::string>{"base", "top"}));
  EXPECT_EQ(of.last().name, "fs-x");
  EXPECT_EQ(of.last().asker.comm, "mount");
  EXPECT_EQ(of.last().user, "root");
  EXPECT_EQ(of.last().verdict, Verdict::loaded);
  EXPECT_EQ(of.last().steps.size(), 2U);
  EXPECT_EQ(of.request("top"), 0);
  EXPECT_EQ(of.last().verdict, Verdict::already_loaded);
}

TEST(Service, MarksWhatItLoadsButForTheKeepList) {
  Fixture of;
  EXPECT_EQ(of.request("top"), 0);
  EXPECT_EQ(of.request("kept"), 0);
  EXPECT_EQ(of.state->on_demand, (std::set<std::string>{"base", "top"}));
}

TEST(Service, AnswersWhatItCannotDoAsModprobeEnds) {
  Fixture of;
  EXPECT_EQ(of.request("nothing"), 1);
  of.state->failing = {{"top", EIO}};
  EXPECT_EQ(of.request("top"), 1);
  EXPECT_EQ(of.last().error, EIO);
  EXPECT_NE(of.log.find("init failed"), std::string::npos) << of.log;
}

TEST(Service, DeniesBeforeAnythingIsDone) {
  Fixture of(
      "[[rule]]\naction = \"deny\"\nclass = \"filesystem\"\nuser = "
      "\"nobody\"\n");
  EXPECT_EQ(of.request("fs-x", {.pid = 7, .comm = "mount", .uid = 65534}), 1);
  EXPECT_TRUE(of.state->order.empty());
  EXPECT_EQ(of.last().verdict, Verdict::denied);
  EXPECT_NE(of.log.find("kerneld.toml line 1"), std::string::npos) << of.log;
  EXPECT_EQ(of.request("fs-x", {.pid = 8, .comm = "mount", .uid = 0}), 0);
}

TEST(Service, ARuleForAModuleHoldsForItsAliases) {
  Fixture of(R"(
[[rule]]
action = "allow"
name = "kept"
[[rule]]
action = "deny"
name = "top"
)");
  EXPECT_EQ(of.request("fs-x"), 1);
  EXPECT_EQ(of.request("base"), 0);
}

TEST(Service, AnEarlierRuleForAModuleGoesBeforeALaterOneForTheName) {
  Fixture of(R"(
[[rule]]
action = "allow"
name = "top"
[[rule]]
action = "deny"
class = "filesystem"
)");
  EXPECT_EQ(of.request("fs-x"), 0);
  EXPECT_EQ(of.request("fs-y"), 1);
  EXPECT_EQ(of.last().verdict, Verdict::denied);
}

TEST(Service, APolicyWithAnErrorLeavesTheFormerInForce) {
  Fixture of("[policy]\nmode = \"learned\"\n");
  of.set_policy("[policy]\nmode = \"opne\"\n");
  const auto reloaded = of.service->reload_policy();
  ASSERT_FALSE(reloaded);
  EXPECT_TRUE(reloaded.error().subject.ends_with("kerneld.toml line 2"));
  EXPECT_EQ(of.request("top"), 1);
  of.set_policy("[policy]\nmode = \"open\"\n");
  EXPECT_TRUE(of.service->reload_policy());
  EXPECT_EQ(of.request("top"), 0);
}

TEST(Service, AReloadLosesNoRequest) {
  Fixture of;
  std::atomic<bool> done = false;
  std::thread reloads([&] {
    while (!done) {
      of.service->reload();
      EXPECT_TRUE(of.service->reload_policy());
    }
  });
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 200; ++i) {
    ids.push_back(of.kernel.ask(i % 2 == 0 ? "fs-x" : "nothing"));
    EXPECT_TRUE(of.service->take());
  }
  for (std::size_t i = 0; i < ids.size(); ++i)
    EXPECT_EQ(of.kernel.answer_to(ids[i]), i % 2 == 0 ? 0 : 1);
  done = true;
  reloads.join();
}

TEST(Service, AnswersGoToTheChannelThatTheRequestCameBy) {
  Fixture of;
  std::promise<void> door;
  of.state->init = [&, opened = door.get_future().share()](const std::string&) { opened.wait(); };
  const std::uint64_t old_id = of.kernel.ask("kept");
  ASSERT_TRUE(of.service->take());
  TestKernelSide other;
  of.service->go_on_with(other.channel());
  const std::uint64_t id = other.ask("nothing");
  ASSERT_EQ(id, old_id);
  ASSERT_TRUE(of.service->take());
  EXPECT_EQ(other.answer_to(id), 1);
  door.set_value();
  EXPECT_EQ(of.kernel.answer_to(old_id), 0);
}

TEST(Service, NamesThatAreNoneAreAnsweredAndShownHarmlessly) {
  Fixture of("[[rule]]\naction = \"deny\"\nname = \"evil*\"\n");
  for (const std::string& name :
       {std::string(), std::string("../../etc/shadow"), std::string("/tmp/evil.ko"),
        std::string("a b"), std::string("x\n<0>kerneld: root"), std::string("\0x", 2),
        std::string("$(reboot);`id`|&*?["), std::string(5000, 'A'), std::string("\xff\xfe")})
    EXPECT_EQ(of.request(name), 1) << name;
  EXPECT_EQ(of.request("evil\n\x1bname"), 1);
  EXPECT_NE(of.log.find("evil\\x0a\\x1bname is denied"), std::string::npos) << of.log;
  EXPECT_TRUE(of.state->order.empty());
  EXPECT_EQ(of.request("top"), 0);  // it serves on
}

TEST(Service, WhatWasNotBegunAtItsEndIsNotAnswered) {
  Fixture of;
  std::mutex door;
  std::unique_lock closed(door);
  std::atomic<int> inside = 0;
  of.state->set_init([&](const std::string&) {
    ++inside;
    std::lock_guard wait(door);
  });
  const std::uint64_t id = of.kernel.ask("top");
  EXPECT_TRUE(of.service->take());
  while (inside == 0) std::this_thread::yield();  // base is in work, top waits for it
  std::thread end([&] { of.service.reset(); });
  closed.unlock();
  end.join();
  // It may have been faster than the end; but a failure that is none is told to nobody.
  EXPECT_TRUE(!of.kernel.answered(id) || of.kernel.answer_to(id) == 0);
}

}  // namespace
}  // namespace kmodern::kerneld
