#include "daemon/notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "daemon/loop.h"
#include "support/files.h"

namespace kmodern::daemon {
namespace {

// The manager's end of $NOTIFY_SOCKET.
class Manager {
 public:
  Manager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder_.path() + "/notify";
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
              0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() { ::unsetenv("NOTIFY_SOCKET"); }
  std::string next() {
    std::array<char, 1024> text;
    const ssize_t got = ::recv(socket_.get(), text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }

 private:
  TemporaryDirectory folder_ = testing::temporary_directory();
  unique_fd socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

TEST(Notify, TellsTheManagerHowItIs) {
  Manager manager;
  tell_ready("serves user:default");
  EXPECT_EQ(manager.next(), "READY=1\nSTATUS=serves user:default");
  tell_reloading();
  EXPECT_TRUE(manager.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  tell_stopping();
  EXPECT_EQ(manager.next(), "STOPPING=1");
}

TEST(Notify, FeedsTheWatchdogFromTheLoop) {
  Manager manager;
  ::setenv("WATCHDOG_USEC", "20000", 1);  // fed several times as often
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  auto loop = Loop::create();
  ASSERT_TRUE(loop) << describe(loop.error());
  auto stop = (*loop)->on_signal(SIGTERM, [&]() -> Result<void> {
    (*loop)->stop();
    return {};
  });
  ASSERT_TRUE(stop) << describe(stop.error());
  std::thread watching([&] {
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    ::kill(::getpid(), SIGTERM);
  });
  EXPECT_TRUE((*loop)->run());
  watching.join();
  ::unsetenv("WATCHDOG_USEC");
  ::unsetenv("WATCHDOG_PID");
}

}  // namespace
}  // namespace kmodern::daemon
