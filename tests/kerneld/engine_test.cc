#include "kerneld/engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <future>

#include "kerneld/sleepy_kernel.h"
#include "support/module_directory.h"

using namespace kmodern;
using kerneld::Answer;
using kerneld::Engine;
using kerneld::Verdict;
using kmodern::testing::ModuleDirectory;
using kmodern::testing::ModuleForest;
using kmodern::testing::SleepyKernel;
using kmodern::testing::SleepyState;
using Names = std::vector<std::string>;

namespace {

// An engine over modules of which `top` needs `left` and `right`, both need `base`.
struct Fixture {
  explicit Fixture(std::string config_text = "", unsigned workers = 1,
                   ModuleDirectory::Lines modules = {{"top", "right left base"},
                                                     {"left", "base"},
                                                     {"right", "base"},
                                                     {"base", ""},
                                                     {"wish", ""},
                                                     {"alone", ""}})
      : directory(modules, {{"dev*", "top"}, {"fs_x", "alone"}}, {{"inside", ""}}) {
    auto made = Engine::create({.directory = directory.path(),
                                .configure =
                                    [config_text](const database::Database&) {
                                      config::Config config;
                                      config::parse_modprobe_conf(config_text, "test.conf", config);
                                      return config;
                                    },
                                .connect = [this]() -> Result<std::unique_ptr<kernel::Kernel>> {
                                  return std::make_unique<SleepyKernel>(state);
                                },
                                .workers = workers});
    if (!made) ADD_FAILURE() << describe(made.error());
    engine = std::move(*made);
  }

  ModuleDirectory directory;
  std::shared_ptr<SleepyState> state = std::make_shared<SleepyState>();
  std::unique_ptr<Engine> engine;
};

// A door at which inits wait until the test opens it.
class Door {
 public:
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void until_waiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

}  // namespace

TEST(Engine, WithOneWorkerTheOrderIsThatOfThePlan) {
  Fixture of("softdep top pre: wish post: alone\n");
  const Answer answer = of.engine->request("dev7");
  EXPECT_EQ(answer.verdict, Verdict::loaded);
  EXPECT_EQ(answer.modules, Names({"top"}));
  EXPECT_EQ(of.state->order, Names({"base", "left", "right", "wish", "top", "alone"}));
  EXPECT_EQ(answer.steps.size(), 6u);
}

TEST(Engine, WhatIsLoadedOrBuiltInNeedsNothing) {
  Fixture of;
  of.state->live = {"top"};
  EXPECT_EQ(of.engine->request("top").verdict, Verdict::already_loaded);
  EXPECT_EQ(of.engine->request("inside").verdict, Verdict::already_loaded);
  EXPECT_TRUE(of.state->order.empty());
}

TEST(Engine, WhatWasUnloadedByOthersIsLoadedAgain) {
  Fixture of;
  EXPECT_EQ(of.engine->request("alone").verdict, Verdict::loaded);
  of.state->live.clear();
  EXPECT_EQ(of.engine->request("alone").verdict, Verdict::loaded);
  EXPECT_EQ(of.state->inits["alone"], 2);
}

TEST(Engine, ModulesThatDoNotNeedEachOtherLoadAtOnce) {
  Fixture of("", 2);
  Door door;
  of.state->set_init([&](const std::string& module) {
    if (module == "left" || module == "right") door.wait();
  });
  std::thread both([&] {
    door.until_waiting(2);  // were they one after the other, this would never be
    door.open();
  });
  EXPECT_EQ(of.engine->request("top").verdict, Verdict::loaded);
  both.join();
  EXPECT_EQ(of.state->most_running, 2u);
}

TEST(Engine, TheNumberOfWorkersIsChangedWhileTheyWork) {
  Fixture of("", 1,
             {{"a1", ""}, {"a2", ""}, {"a3", ""}, {"b1", ""}, {"b2", ""}, {"b3", ""}, {"c", ""}});
  Door three;
  of.state->set_init([&](const std::string& module) {
    if (module.starts_with('a')) three.wait();
  });
  std::vector<std::future<Answer>> answers;
  auto ask = [&](const std::string& name) {
    answers.push_back(
        std::async(std::launch::async, [&of, name] { return of.engine->request(name); }));
  };
  for (const char* name : {"a1", "a2", "a3"}) ask(name);
  three.until_waiting(1);
  ASSERT_TRUE(of.engine->set_workers(3));
  three.until_waiting(3);
  EXPECT_EQ(of.state->most_running, 3u);

  ASSERT_TRUE(of.engine->set_workers(1));
  three.open();
  for (auto& answer : answers) EXPECT_EQ(answer.get().verdict, Verdict::loaded);
  answers.clear();
  of.state->most_running = 0;
  for (const char* name : {"b1", "b2", "b3"}) ask(name);
  for (auto& answer : answers) EXPECT_EQ(answer.get().verdict, Verdict::loaded);
  EXPECT_EQ(of.state->most_running, 1u);
  ASSERT_TRUE(of.engine->set_workers(2));
  EXPECT_EQ(of.engine->request("c").verdict, Verdict::loaded);
}

TEST(Engine, NothingWaitsForWhatItDoesNotNeed) {
  // `alone` is not done until `top` is: a barrier between waves would stop here for ever.
  Fixture of("", 2);
  Door door;
  of.state->set_init([&](const std::string& module) {
    if (module == "alone") door.wait();
    if (module == "top") door.open();
  });
  std::promise<void> done;
  of.engine->ask("alone", [&](const Answer&) { done.set_value(); });
  EXPECT_EQ(of.engine->request("top").verdict, Verdict::loaded);
  done.get_future().wait();
}

TEST(Engine, AFailedModuleFailsExactlyThoseThatNeedIt) {
  Fixture of("", 4);
  of.state->failing = {{"left", EIO}};
  const Answer answer = of.engine->request("top");
  EXPECT_EQ(answer.verdict, Verdict::failed);
  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->error.code, EIO);
  EXPECT_EQ(answer.failure->step.module, "left");  // the real cause
  EXPECT_EQ(of.state->live, (std::set<std::string>{"base", "right"}));
  EXPECT_EQ(of.state->inits.count("top"), 0u);
  EXPECT_EQ(of.engine->request("right").verdict, Verdict::already_loaded);
}

TEST(Engine, AFailureIsTriedAgainWhenItIsAskedForAgain) {
  Fixture of;
  of.state->failing = {{"base", ENODEV}};
  EXPECT_EQ(of.engine->request("top").verdict, Verdict::failed);
  of.state->failing.clear();
  EXPECT_EQ(of.engine->request("top").verdict, Verdict::loaded);
}

TEST(Engine, WhatIsAskedForWhileItLeavesIsLoadedAgain) {
  Fixture of;
  of.state->going = {"alone"};
  std::thread leave([&] {
    auto seen = [&] {
      std::lock_guard lock(of.state->mutex);
      return of.state->looks_at_going >= 3;  // by the request, and by who waits for its end
    };
    while (!seen()) std::this_thread::yield();
    std::lock_guard lock(of.state->mutex);
    of.state->going.clear();
  });
  EXPECT_EQ(of.engine->request("alone").verdict, Verdict::loaded);
  leave.join();
}

TEST(Engine, WhatLeavesBetweenPlanAndLoadIsLoadedAgain) {
  Fixture of;
  of.state->live = {"base", "left", "right"};
  of.state->needs = {{"top", {"left", "right", "base"}}, {"left", {"base"}}};
  of.state->strict = true;
  std::atomic<bool> first = true;
  of.state->before = [&](const std::string& module) {
    if (module != "top" || !first.exchange(false)) return;
    std::lock_guard lock(of.state->mutex);
    of.state->live = {"right"};
  };
  const Answer answer = of.engine->request("top");
  EXPECT_EQ(answer.verdict, Verdict::loaded);
  EXPECT_EQ(answer.attempts, 2u);
  EXPECT_EQ(of.state->live, (std::set<std::string>{"base", "left", "right", "top"}));
}

TEST(Engine, WhoJoinsARequestIsToldSo) {
  Fixture of;
  Door door;
  of.state->set_init([&](const std::string&) { door.wait(); });
  std::vector<std::promise<Answer>> answers(2);
  for (auto& answer : answers)
    of.engine->ask("alone", [&](const Answer& given) { answer.set_value(given); });
  door.open();
  EXPECT_FALSE(answers[0].get_future().get().joined);
  EXPECT_TRUE(answers[1].get_future().get().joined);
}

TEST(Engine, AWishThatFailsFailsNobody) {
  Fixture of("softdep top pre: wish\n");
  of.state->failing = {{"wish", ENODEV}};
  const Answer answer = of.engine->request("top");
  EXPECT_EQ(answer.verdict, Verdict::loaded);
  ASSERT_EQ(answer.steps[3].step.module, "wish");
  EXPECT_EQ(answer.steps[3].failure->error.code, ENODEV);
}

TEST(Engine, EqualAndOverlappingRequestsShareTheirWork) {
  Fixture of("", 2);
  Door door;
  of.state->set_init([&](const std::string& module) {
    if (module == "base") door.wait();
  });
  std::vector<std::future<Answer>> answers;
  for (const char* name : {"top", "top", "left", "dev0"})
    answers.push_back(
        std::async(std::launch::async, [&, name] { return of.engine->request(name); }));
  door.until_waiting(1);
  door.open();
  for (auto& answer : answers) {
    const Verdict verdict = answer.get().verdict;
    EXPECT_TRUE(verdict == Verdict::loaded || verdict == Verdict::already_loaded);
  }
  for (const auto& [module, count] : of.state->inits) EXPECT_EQ(count, 1) << module;
  EXPECT_EQ(of.state->inits.size(), 4u);
}

TEST(Engine, AnUnknownNameIsRememberedUntilTheIndexesChange) {
  Fixture of;
  EXPECT_EQ(of.engine->request("fresh").verdict, Verdict::unknown);
  EXPECT_EQ(of.engine->request("fresh").verdict, Verdict::unknown);
  // As depmod does it: new files take the place of the old.
  ModuleDirectory other(ModuleDirectory::Lines{{"fresh", ""}, {"top", ""}});
  for (const char* file : {"modules.dep.bin", "modules.alias.bin", "modules.builtin.bin"})
    std::filesystem::rename(other.path() + "/" + file, of.directory.path() + "/" + file);
  EXPECT_EQ(of.engine->request("fresh").verdict, Verdict::loaded);
  EXPECT_EQ(of.engine->request("left").verdict, Verdict::unknown);
}

TEST(Engine, ADirectoryThatComesLaterIsFound) {
  Fixture of;
  const std::string away = of.directory.path() + ".away";
  std::filesystem::rename(of.directory.path(), away);
  EXPECT_EQ(of.engine->request("alone").verdict, Verdict::unknown);
  std::filesystem::rename(away, of.directory.path());
  EXPECT_EQ(of.engine->request("alone").verdict, Verdict::loaded);
}

TEST(Engine, OddNamesAreUnknown) {
  Fixture of;
  for (const std::string& name :
       {std::string(), std::string("a/b"), std::string("a b"), std::string("x\n\x01"),
        std::string("$(reboot)"), std::string(5000, 'x'), std::string("a["), std::string("..")})
    EXPECT_EQ(of.engine->request(name).verdict, Verdict::unknown) << name;
}

TEST(Engine, TheBlacklistHoldsForAliases) {
  Fixture of("blacklist alone\n");
  EXPECT_EQ(of.engine->request("fs-x").verdict, Verdict::blacklisted);
  EXPECT_EQ(of.engine->request("alone").verdict, Verdict::loaded);
}

TEST(Engine, AnInstallCommandRunsInTheModulesPlace) {
  Fixture of("install left false\ninstall alone true\n");
  EXPECT_EQ(of.engine->request("alone").verdict, Verdict::loaded);
  const Answer answer = of.engine->request("top");
  EXPECT_EQ(answer.verdict, Verdict::failed);
  EXPECT_EQ(answer.failure->step.module, "left");
  EXPECT_EQ(of.state->order, Names({"base", "right"}));
}

TEST(Engine, WhatIsNotBegunAtTheEndIsAnsweredToo) {
  Fixture of;
  Door door;
  of.state->set_init([&](const std::string&) { door.wait(); });
  std::promise<Answer> answer;
  of.engine->ask("top", [&](const Answer& given) { answer.set_value(given); });
  door.until_waiting(1);
  std::thread end([&] { of.engine.reset(); });
  door.open();
  end.join();
  const Answer given = answer.get_future().get();
  EXPECT_TRUE(given.verdict == Verdict::loaded || given.failure->error.code == ECANCELED);
}

TEST(Engine, InATreeOf500EachStartsWhenWhatItNeedsIsLive) {
  const ModuleForest forest(500);
  Fixture of("", 16, forest.lines);
  of.state->needs = forest.needs;
  of.state->set_init([](const std::string& module) {
    std::this_thread::sleep_for(std::chrono::microseconds(module.size() * 100));
  });
  std::atomic<int> left = 500;
  std::promise<void> all;
  for (const auto& [name, needs] : forest.lines)
    of.engine->ask(name, [&](const Answer& answer) {
      EXPECT_EQ(answer.verdict, Verdict::loaded) << answer.wanted;
      if (--left == 0) all.set_value();
    });
  all.get_future().wait();
  EXPECT_EQ(of.state->too_early, Names());
  EXPECT_EQ(of.state->order.size(), 500u);
  EXPECT_LE(of.state->most_running, 16u);
}

TEST(Engine, OfTenThousandRequestsFrom200ThreadsNoneIsLostAndNothingLoadsTwice) {
  const ModuleForest forest(500);
  Fixture of("", 8, forest.lines);
  of.state->needs = forest.needs;
  std::atomic<int> answered = 0, failed = 0;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 200; ++thread)
    threads.emplace_back([&, thread] {
      for (unsigned i = 0; i < 50; ++i) {
        const unsigned number = (thread * 37 + i * 101) % 500;
        const Answer answer = of.engine->request("m" + std::to_string(number));
        ++answered;
        if (answer.verdict != Verdict::loaded && answer.verdict != Verdict::already_loaded)
          ++failed;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 10'000);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(of.state->inits.size(), 500u);
  for (const auto& [module, count] : of.state->inits) EXPECT_EQ(count, 1) << module;
  EXPECT_EQ(of.state->too_early, Names());
}
