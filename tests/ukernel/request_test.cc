// request_module() of the kernel: its checks, its limits, and who waits for whom. The programs are
// functions here; what real ones are given is supervisor's test.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cerrno>
#include <thread>

#include "ukernel/request/requests.h"

namespace kmodern::ukernel {
namespace {

constexpr int restart = -512;

class RequestTest : public ::testing::Test {
 protected:
  // Programs that run until they are let go, and end with status_.
  void run_programs(RequestLimits limits = {}) {
    requests_ = std::make_unique<Requests>(settings_, log_, limits);
    requests_->run_helpers_by([this](const HelperCommand& command, HelperEvents& events) {
      Lock lock(mutex_);
      commands_.push_back(command);
      events.started();
      most_ = std::max(most_, ++running_);
      changed_.notify_all();
      changed_.wait(lock, [&] { return open_; });
      --running_;
      lock.unlock();
      events.ended(status_, "");
    });
  }
  void let_go() {
    const Lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_until_running(int count) {
    Lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ >= count; });
  }
  int ask(const std::string& name, std::function<bool()> gone = {}, bool waits = true) {
    return requests_->request(
        {.name = name, .cause = "test", .waits = waits, .comm = "test", .gone = std::move(gone)});
  }
  bool logged(const std::string& text) const {
    for (const Record& record : log_.read(0, 1000)) {
      if (record.text == text) return true;
    }
    return false;
  }
  ~RequestTest() override { let_go(); }

  using Lock = std::unique_lock<std::mutex>;
  Settings settings_;
  Log log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HelperCommand> commands_;
  int running_ = 0;
  int most_ = 0;
  bool open_ = false;
  std::atomic<int> status_ = 0;
  std::unique_ptr<Requests> requests_;
};

TEST_F(RequestTest, RunsModprobeWithLinuxsArgumentsAndEnvironment) {
  run_programs();
  let_go();
  settings_.set_modprobe("/opt/modprobe");
  EXPECT_EQ(ask("fs-msdos; reboot"), 0);
  EXPECT_EQ(commands_.at(0).arguments,
            (std::vector<std::string>{"/opt/modprobe", "-q", "--", "fs-msdos; reboot"}));
  EXPECT_EQ(
      commands_[0].environment,
      (std::vector<std::string>{"HOME=/", "TERM=linux", "PATH=/sbin:/usr/sbin:/bin:/usr/bin"}));
}

TEST_F(RequestTest, GivesBackTheProgramsStatus) {
  run_programs();
  let_go();
  status_ = 256;
  EXPECT_EQ(ask("nosuch"), 256);
}

TEST_F(RequestTest, AsksNobodyWhereThereIsNoProgram) {
  run_programs();
  settings_.set_modprobe("");
  EXPECT_EQ(ask("a"), -ENOENT);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(RequestTest, RefusesANameThatNoModuleCanHave) {
  run_programs();
  let_go();
  EXPECT_EQ(ask(std::string(56, 'x')), -ENAMETOOLONG);
  EXPECT_EQ(ask(std::string(5000, 'x')), -ENAMETOOLONG);
  EXPECT_EQ(ask(std::string(55, 'x')), 0);
}

TEST_F(RequestTest, IsBusyBeforeProgramsCanBeRun) {
  requests_ = std::make_unique<Requests>(settings_, log_);
  EXPECT_EQ(ask("a"), -EBUSY);
}

TEST_F(RequestTest, JoinsWhoAsksForTheSame) {
  run_programs();
  status_ = 256;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  threads.emplace_back([&] { failed += ask("same") == 256; });
  wait_until_running(1);
  std::barrier all(21);
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&] {
      all.arrive_and_wait();
      failed += ask("same") == 256;
    });
  all.arrive_and_wait();
  // Those that come when the program has ended start another, which ends as well.
  let_go();
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(failed, 21);
  EXPECT_EQ(most_, 1);
}

TEST_F(RequestTest, RunsFiftyAtOnceAndHasTheNextWait) {
  run_programs();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 60; ++i)
    threads.emplace_back([&, i] { good += ask("m" + std::to_string(i)) == 0; });
  wait_until_running(50);
  let_go();
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(good, 60);
  EXPECT_EQ(most_, 50);
}

TEST_F(RequestTest, GivesUpWhereAllStayBusy) {
  run_programs({.programs = 1, .patience = std::chrono::seconds(0)});
  std::thread first([&] { EXPECT_EQ(ask("first"), 0); });
  wait_until_running(1);
  EXPECT_EQ(ask("second"), -ETIME);
  EXPECT_TRUE(
      logged("request_module: kmod_concurrent_max (0) close to 0 (max_modprobes: 1), for module "
             "second, throttling..."));
  EXPECT_TRUE(
      logged("request_module: modprobe second cannot be processed, kmod busy with 1 threads for "
             "more than 0 seconds now"));
  let_go();
  first.join();
}

TEST_F(RequestTest, LetsAKilledAskerGoWhileItWaitsForItsTurn) {
  run_programs({.programs = 1});
  std::thread first([&] { EXPECT_EQ(ask("first"), 0); });
  wait_until_running(1);
  EXPECT_EQ(ask("second", [] { return true; }), restart);
  EXPECT_TRUE(logged("request_module: sigkill sent for modprobe second, giving up"));
  let_go();
  first.join();
  EXPECT_EQ(commands_.size(), 1u);
}

TEST_F(RequestTest, LetsAKilledAskerGoWhileTheProgramRuns) {
  run_programs();
  std::atomic<bool> killed = false;
  std::thread first([&] { EXPECT_EQ(ask("a", [&] { return killed.load(); }), restart); });
  wait_until_running(1);
  std::thread second([&] { EXPECT_EQ(ask("a"), 0); });
  killed = true;
  first.join();
  let_go();
  second.join();
}

TEST_F(RequestTest, WaitsOnlyForTheBeginIfToldSo) {
  run_programs();
  EXPECT_EQ(ask("a", {}, false), 0);
  wait_until_running(1);
}

TEST_F(RequestTest, TellsAtOnceThatAProgramCannotBeRun) {
  requests_ = std::make_unique<Requests>(settings_, log_);
  requests_->run_helpers_by([](const HelperCommand&, HelperEvents& events) {
    events.ended(-EACCES, "cannot run /sbin/modprobe");
  });
  EXPECT_EQ(ask("a", {}, false), -EACCES);
  EXPECT_EQ(ask("a"), -EACCES);
  EXPECT_TRUE(logged("request_module: cannot run /sbin/modprobe"));
}

TEST_F(RequestTest, LosesNoRequestOfManyThreads) {
  run_programs();
  let_go();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 40; ++i)
    threads.emplace_back([&] {
      for (int name = 0; name < 25; ++name) good += ask(std::to_string(name)) == 0;
    });
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(good, 1000);
}

}  // namespace
}  // namespace kmodern::ukernel
