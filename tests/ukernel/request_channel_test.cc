// The channel on which a daemon takes and answers the kernel's requests, through the socket: no
// daemon makes a request hang.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <thread>

#include "kernel/user/protocol.h"
#include "kernel/user/user.h"
#include "ukernel/context.h"
#include "ukernel/module_thread.h"
#include "ukernel/on_behalf.h"
#include "ukernel/server.h"
#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

using kernel::UserKernel;
using ukernel::HelperCommand;
using ukernel::HelperEvents;

constexpr int by_program = 3 << 8;  // what the program gives here

class RequestChannelTest : public KernelTest {
 protected:
  RequestChannelTest() {
    ::setenv("XDG_RUNTIME_DIR", folder_->path().c_str(), 1);
    place_ = *kernel::place_of("test");
    kernel_->requests().run_helpers_by([this](const HelperCommand&, HelperEvents& events) {
      ++programs_;
      events.started();
      events.ended(by_program, "");
    });
    server_ = std::move(*ukernel::Server::start(*kernel_, place_));
  }

  std::unique_ptr<kernel::RequestChannel> daemon() {
    auto channel = (*UserKernel::connect("test"))->requests();
    EXPECT_TRUE(channel) << describe(channel.error());
    return channel ? std::move(*channel) : nullptr;
  }
  std::future<int> ask(const std::string& name, bool waits = true) {
    return std::async(std::launch::async, [this, name, waits] {
      return kernel_->request_module({.name = name,
                                      .cause = "open of /dev/x",
                                      .waits = waits,
                                      .pid = ::getpid(),
                                      .comm = "asker"});
    });
  }
  static kernel::ModuleRequest take(kernel::RequestChannel& from) {
    pollfd ready{from.descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&ready, 1, 30'000), 1);
    auto request = from.next();
    EXPECT_TRUE(request && *request);
    return request && *request ? **request : kernel::ModuleRequest{};
  }

  Result<TemporaryDirectory> folder_ = TemporaryDirectory::create();
  kernel::Place place_;
  std::atomic<int> programs_ = 0;
  std::unique_ptr<ukernel::Server> server_;
};

TEST_F(RequestChannelTest, CarriesARequestAndItsAnswer) {
  auto channel = daemon();
  auto result = ask("snd\xff/..");
  const kernel::ModuleRequest request = take(*channel);
  EXPECT_EQ(request.name, "snd\xff/..");
  EXPECT_EQ(request.cause, "open of /dev/x");
  EXPECT_TRUE(request.waits);
  EXPECT_GOOD(channel->answer(request.id, 0));
  EXPECT_EQ(result.get(), 0);
  EXPECT_EQ(programs_, 0);
}

TEST_F(RequestChannelTest, TellsWhoAsks) {
  auto channel = daemon();
  auto result = ask("a");
  const kernel::ModuleRequest request = take(*channel);
  EXPECT_EQ(request.asker.pid, ::getpid());
  EXPECT_EQ(request.asker.comm, "ukernel_test");
  EXPECT_NE(request.asker.command_line.find("ukernel_test"), std::string::npos);
  EXPECT_TRUE(request.asker.executable.ends_with("/ukernel_test")) << request.asker.executable;
  EXPECT_EQ(request.asker.uid, ::getuid());
  EXPECT_GOOD(channel->answer(request.id, 0));
  EXPECT_EQ(result.get(), 0);
}

TEST_F(RequestChannelTest, TellsWhoLoadsTheModuleWhoseInitAsks) {
  auto channel = daemon();
  std::thread loader([this] {
    const ukernel::OnBehalf process({::getpid(), "loader"});
    EXPECT_TRUE(ukernel::run_in_thread(
        *core_, [this]() -> long { return kernel_->request_module({.name = "a"}); }));
  });
  const kernel::ModuleRequest request = take(*channel);
  EXPECT_EQ(request.asker.pid, ::getpid());
  EXPECT_GOOD(channel->answer(request.id, 0));
  loader.join();
}

TEST_F(RequestChannelTest, GivesExitStatusesAndErrnosBack) {
  auto channel = daemon();
  for (auto [status, result] : {std::pair{1, 256}, {-EPERM, -EPERM}, {-1000000, -4095}}) {
    auto asked = ask("a");
    EXPECT_GOOD(channel->answer(take(*channel).id, status));
    EXPECT_EQ(asked.get(), result);
  }
}

TEST_F(RequestChannelTest, IsOneDaemonsAtATime) {
  auto first = daemon();
  EXPECT_EQ(error_of((*UserKernel::connect("test"))->requests()).code, EBUSY);
  first.reset();
  // The kernel learns of its end on a thread of its own.
  while (!(*UserKernel::connect("test"))->requests()) std::this_thread::yield();
}

TEST_F(RequestChannelTest, HasNothingWhenNothingIsAsked) {
  auto next = daemon()->next();
  ASSERT_TRUE(next);
  EXPECT_FALSE(*next);
}

TEST_F(RequestChannelTest, TellsTheDaemonOfTheKernelsEnd) {
  auto channel = daemon();
  server_.reset();
  EXPECT_EQ(error_of(channel->next()).code, ECONNRESET);
}

TEST_F(RequestChannelTest, RunsTheProgramWhenTheDaemonGoes) {
  auto channel = daemon();
  auto first = ask("a"), second = ask("b");
  take(*channel);
  take(*channel);
  channel.reset();
  EXPECT_EQ(first.get(), by_program);
  EXPECT_EQ(second.get(), by_program);
  EXPECT_TRUE(logged("request_module: the daemon did not answer for module a"));
}

TEST_F(RequestChannelTest, RunsTheProgramForWhomDoesNotWaitWhenTheDaemonGoes) {
  auto channel = daemon();
  EXPECT_EQ(ask("a", false).get(), 0);
  EXPECT_FALSE(take(*channel).waits);
  channel.reset();
  while (programs_ == 0) std::this_thread::yield();
}

TEST_F(RequestChannelTest, RunsTheProgramWhereTheSettingSaysSo) {
  auto channel = daemon();
  EXPECT_GOOD(kernel_->view().write("/proc/sys/kernel/module_loader", "modprobe\n"));
  EXPECT_EQ(ask("a").get(), by_program);
  EXPECT_GOOD(kernel_->view().write("/proc/sys/kernel/module_loader", "kerneld\n"));
  auto second = ask("b");
  EXPECT_GOOD(channel->answer(take(*channel).id, 0));
  EXPECT_EQ(second.get(), 0);
}

TEST_F(RequestChannelTest, GivesADaemonUpThatDoesNotAnswerInTime) {
  EXPECT_GOOD(kernel_->view().write("/proc/sys/kernel/modprobe_timeout", "1"));
  auto channel = daemon();
  auto result = ask("a");
  const auto id = take(*channel).id;
  EXPECT_EQ(result.get(), by_program);
  EXPECT_GOOD(channel->answer(id, 0));  // too late: it is forgotten
  auto second = ask("b");
  EXPECT_GOOD(channel->answer(take(*channel).id, 0));
  EXPECT_EQ(second.get(), 0);
}

TEST_F(RequestChannelTest, GivesUpADaemonThatReadsNothing) {
  ukernel::Channel channel([] {}, std::chrono::milliseconds(0));
  EXPECT_FALSE(channel.ask({.name = "a"}, std::chrono::seconds(0), {}));
  EXPECT_TRUE(channel.closed());
}

TEST_F(RequestChannelTest, ForgetsAnswersThatNobodyAskedFor) {
  auto channel = daemon();
  EXPECT_GOOD(channel->answer(77, 0));
  auto result = ask("a");
  const auto id = take(*channel).id;
  EXPECT_GOOD(channel->answer(id + 1, 1));
  EXPECT_GOOD(channel->answer(id, 0));
  EXPECT_EQ(result.get(), 0);
}

// The bytes of a message.
std::string wire(const kernel::protocol::Json& json) {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const unique_fd sender(ends[0]), receiver(ends[1]);
  kernel::protocol::Message message;
  message.json = json;
  EXPECT_TRUE(kernel::protocol::send(sender.get(), message));
  std::string bytes(4096, 0);
  bytes.resize(static_cast<std::size_t>(::read(receiver.get(), bytes.data(), bytes.size())));
  return bytes;
}

// A daemon's connection, without its manners.
unique_fd raw_daemon(const kernel::Place& place) {
  unique_fd socket = std::move(*kernel::connect_to(place));
  while (true) {  // until the kernel has noted the end of the one before
    EXPECT_GOOD(write_all(socket.get(), wire({{"call", "requests"}}), "socket"));
    auto answer = kernel::protocol::receive(socket.get(), kernel::protocol::answer_limits);
    EXPECT_TRUE(answer && *answer);
    if (!answer || !*answer || !(*answer)->json.contains("error")) return socket;
  }
}

TEST_F(RequestChannelTest, ADaemonMayDieAtAnyByteOfItsAnswer) {
  const std::string answer = wire({{"call", "answer"}, {"id", 1}, {"status", 0}});
  for (std::size_t length = 0; length < answer.size(); ++length) {
    unique_fd socket = raw_daemon(place_);
    auto result = ask("a");
    EXPECT_TRUE(kernel::protocol::receive(socket.get(), kernel::protocol::answer_limits));
    EXPECT_GOOD(write_all(socket.get(), std::string_view(answer).substr(0, length), "socket"));
    socket.reset();
    EXPECT_EQ(result.get(), by_program);
  }
}

TEST_F(RequestChannelTest, HangsUpOnADaemonThatSaysWhatIsNone) {
  for (const char* json : {R"({})", R"({"call":"load"})", R"({"call":"answer","id":"x"})",
                           R"({"call":"answer","id":1,"status":99999999999})"}) {
    unique_fd socket = raw_daemon(place_);
    EXPECT_GOOD(write_all(socket.get(), wire(kernel::protocol::Json::parse(json)), "socket"));
    char byte = 0;
    EXPECT_LE(::read(socket.get(), &byte, 1), 0) << json;
  }
}

TEST_F(RequestChannelTest, AnswersManyAtOnce) {
  auto channel = daemon();
  std::vector<std::future<int>> asked;
  asked.reserve(100);
  for (int i = 0; i < 100; ++i) asked.push_back(ask(std::to_string(i % 10)));
  for (int i = 0; i < 100; ++i) EXPECT_GOOD(channel->answer(take(*channel).id, 0));
  for (auto& one : asked) EXPECT_EQ(one.get(), 0);
  EXPECT_EQ(programs_, 0);
}

}  // namespace
}  // namespace kmodern::test
