#include "kerneld/autoclean.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "kernel/classic.h"
#include "kerneld/sleepy_kernel.h"

using namespace kmodern;
using kmodern::testing::SleepyKernel;
using kmodern::testing::SleepyState;

namespace kmodern::kerneld {
namespace {

using Names = std::vector<std::string>;

struct Sweeps {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Result<Names>> next;  // what sweeps give; then nothing
  std::size_t count = 0;

  bool any() {
    std::lock_guard lock(mutex);
    return count > 0;
  }
  bool wait_for(std::size_t number) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(30), [&] { return count >= number; });
  }
};

// A kernel with the marks of Linux 2.4.
class MarkingKernel final : public kernel::Kernel, public kernel::classic::Calls {
 public:
  explicit MarkingKernel(Sweeps& sweeps) : sweeps_(sweeps) {}

  Result<Names> remove_idle() override {
    std::lock_guard lock(sweeps_.mutex);
    sweeps_.changed.notify_all();
    const std::size_t number = sweeps_.count++;
    return number < sweeps_.next.size() ? sweeps_.next[number] : Names{};
  }
  kernel::classic::Calls* classic() override { return this; }

  std::string describe() const override { return "marking"; }
  Result<std::string> release() override { return std::string("2.4"); }
  Result<void> load(const std::string& path, const kernel::LoadOptions&) override {
    return none(path);
  }
  Result<void> unload(const std::string& name, const kernel::UnloadOptions&) override {
    return none(name);
  }
  Result<std::vector<kernel::LoadedModule>> modules() override { return none("modules"); }
  Result<std::optional<kernel::LoadedModule>> module(const std::string& name) override {
    return none(name);
  }
  Result<bool> builtin(const std::string&) override { return false; }
  Result<std::uint64_t> tainted() override { return 0; }
  Result<std::uint64_t> create_module(const std::string& name, std::uint64_t) override {
    return none(name);
  }
  Result<void> init_module(const std::string& name, ByteView) override { return none(name); }
  Result<kernel::classic::Answer> query_module(const std::optional<std::string>&,
                                               kernel::classic::Query) override {
    return none("query_module");
  }
  Result<kernel::classic::Answer> get_kernel_syms() override { return none("get_kernel_syms"); }
  Result<std::string> modules_text() override { return none("modules"); }
  Result<void> taint(std::uint64_t) override { return none("taint"); }

 private:
  static std::unexpected<Error> none(const std::string& what) {
    return fail(ENOSYS, what, "not in this test");
  }

  Sweeps& sweeps_;
};

constexpr auto never = std::chrono::hours(1);

void ignore(const Result<Names>&) {}

TEST(Autoclean, SweepsAgainAndAgainAndTellsWhatWent) {
  Sweeps sweeps;
  sweeps.next = {Names{}, fail(EPERM, "delete_module", "modules are disabled"),
                 Names{"top", "base"}};
  std::vector<Result<Names>> told;
  {
    Autoclean autoclean(std::make_unique<MarkingKernel>(sweeps), std::chrono::milliseconds(1),
                        [&](const Result<Names>& removed) { told.push_back(removed); });
    EXPECT_TRUE(sweeps.wait_for(4));
  }
  ASSERT_GE(told.size(), 3U);
  EXPECT_EQ(told[0], Names{});
  EXPECT_EQ(told[1].error().code, EPERM);
  EXPECT_EQ(told[2], (Names{"top", "base"}));
}

TEST(Autoclean, TakesANewTimeAtOnce) {
  Sweeps sweeps;
  Autoclean autoclean(std::make_unique<MarkingKernel>(sweeps), never, ignore);
  autoclean.set_idle(std::chrono::milliseconds(1));
  EXPECT_TRUE(sweeps.wait_for(1));
}

TEST(Autoclean, WithoutATimeTakesNothingAwayUntilOneIsSet) {
  Sweeps sweeps;
  Autoclean autoclean(std::make_unique<MarkingKernel>(sweeps), std::chrono::milliseconds(0),
                      ignore);
  autoclean.set_idle(never);
  autoclean.set_idle(std::chrono::milliseconds(0));
  EXPECT_FALSE(sweeps.any());
  autoclean.set_idle(std::chrono::milliseconds(1));
  EXPECT_TRUE(sweeps.wait_for(1));
}

}  // namespace
}  // namespace kmodern::kerneld
