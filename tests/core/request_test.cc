// linux/kmod.h: what of a module's request reaches the module system.
#include <fcntl.h>

#include <cerrno>
#include <thread>

#include "core/native_fixture.h"
#include "core/request_module.h"

namespace kmodern::core {

class Request : public NativeTest {
 protected:
  static long run(const std::function<long()>& function) {
    return core().call(function).value_or(-9999);
  }
  // The only request that was made.
  static const Wanted& asked() {
    if (host().wanted.size() != 1) throw std::runtime_error("not one request");
    return host().wanted[0];
  }
};

TEST_F(Request, FormatsTheName) {
  EXPECT_EQ(run([] { return ask(10); }), 0);
  EXPECT_EQ(asked().name, "char-major-10-7");
}

TEST_F(Request, GivesBackWhatTheProgramsEndGave) {
  host().answer = 256;
  EXPECT_EQ(run([] { return ask(1); }), 256);
}

TEST_F(Request, SaysWhetherTheCallerWaits) {
  run([] { return ask(1); });
  run(ask_without_waiting);
  EXPECT_TRUE(host().wanted[0].waits);
  EXPECT_FALSE(host().wanted[1].waits);
}

TEST_F(Request, NamesTheModuleThatAsks) {
  host().owner = asking_module;
  run([] { return ask(1); });
  EXPECT_EQ(asked().cause, "request_module by asker");
  EXPECT_EQ(asked().pid, 0);
}

TEST_F(Request, LetsTooLongANameBeSeen) {
  run([] { return ask_by_a_name_of(55); });
  run([] { return ask_by_a_name_of(300); });
  EXPECT_EQ(host().wanted[0].name.size(), 55u);
  EXPECT_EQ(host().wanted[1].name.size(), 56u);
}

TEST_F(Request, TryThenRequestLooksAgain) {
  int there = 0;
  host().loads = [&] { there = 1; };
  EXPECT_EQ(run([&] { return ask_and_look_again(&there); }), 1);
  EXPECT_EQ(run([&] { return ask_and_look_again(&there); }), 1) << "and does not ask again";
  EXPECT_EQ(asked().name, "thing");
}

TEST_F(Request, KnowsWhenTheCallerHasGone) {
  std::thread([] {
    core().interruptible([] { return true; });
    run([] { return ask(1); });
    EXPECT_TRUE(asked().gone());
    core().interruptible(nullptr);
  }).join();
}

TEST_F(Request, IsMadeByTheOpenOfADeviceWithoutADriver) {
  host().answer = 256;
  const Holder opener{"open file /dev/thing", 77, "cat"};
  EXPECT_EQ(core().open("/dev/char/99:3", O_RDWR, opener).error().code, ENXIO);
  ASSERT_EQ(host().wanted.size(), 2u);
  EXPECT_EQ(host().wanted[0].name, "char-major-99-3");
  EXPECT_EQ(host().wanted[1].name, "char-major-99");
  EXPECT_EQ(host().wanted[0].cause, "open file /dev/thing");
  EXPECT_EQ(host().wanted[0].pid, 77);
  EXPECT_EQ(host().wanted[0].comm, "cat");
}

TEST_F(Request, IsOneForTheMinorWhereThatSucceeds) {
  EXPECT_FALSE(core().open("/dev/char/99:3", O_RDWR, {}));
  EXPECT_EQ(asked().name, "char-major-99-3");
}

TEST_F(Request, IsOneForAMiscDevice) {
  host().answer = 256;
  EXPECT_FALSE(core().open("/dev/char/10:200", O_RDWR, {}));
  EXPECT_EQ(asked().name, "char-major-10-200");
}

TEST_F(Request, WarnsWhenItMayNotSleep) {
  run(ask_with_a_lock_held);
  EXPECT_NE(host().text().find("sleeping function called from invalid context"), std::string::npos)
      << host().text();
}

}  // namespace kmodern::core
