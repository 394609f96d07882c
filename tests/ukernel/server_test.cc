// The server and its clients: what they agree on, and that no client harms the kernel.
#include "ukernel/server.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <random>
#include <thread>

#include "kernel/user/protocol.h"
#include "kernel/user/user.h"
#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

using kernel::UserKernel;

class ServerTest : public KernelTest {
 protected:
  ServerTest() {
    ::setenv("XDG_RUNTIME_DIR", folder_->path().c_str(), 1);
    place_ = *kernel::place_of("test");
    server_ = std::move(*ukernel::Server::start(*kernel_, place_));
  }

  std::unique_ptr<UserKernel> connect() {
    auto client = UserKernel::connect("test");
    EXPECT_TRUE(client) << describe(client.error());
    return client ? std::move(*client) : nullptr;
  }
  // A client that has no manners yet.
  unique_fd raw() { return std::move(*kernel::connect_to(place_)); }
  void expect_alive() { EXPECT_GOOD(connect()->modules()); }
  // Sends the bytes, and waits until the server has closed the connection.
  void expect_closed_after(std::string_view bytes) {
    unique_fd socket = raw();
    EXPECT_GOOD(write_all(socket.get(), bytes, "socket"));
    ::shutdown(socket.get(), SHUT_WR);
    char answer[4096];
    while (::read(socket.get(), answer, sizeof(answer)) > 0) continue;
    expect_alive();
  }

  Result<TemporaryDirectory> folder_ = TemporaryDirectory::create();
  kernel::Place place_;
  std::unique_ptr<ukernel::Server> server_;
};

constexpr const char* device =
    "static char kept[16]; static long length;"
    "static long read(char *to, unsigned long n) { long got = length; length = 0;"
    "  for (long i = 0; i < got; ++i) to[i] = kept[i]; return got; }"
    "static long write(const char *from, unsigned long n) { if (n > 16) n = 16;"
    "  for (length = 0; length < n; ++length) kept[length] = from[length]; return n; }"
    "static const struct operations ops = { .read = read, .write = write };"
    "int init_module(void) { return test_register(THIS_MODULE, \"echo\", &ops); }"
    "void cleanup_module(void) { test_unregister(\"echo\"); }";

TEST_F(ServerTest, LoadsListsAndUnloadsForAClient) {
  auto client = connect();
  EXPECT_EQ(client->describe(), "user:test");
  EXPECT_EQ(*client->release(), "6.1.0-test");
  EXPECT_GOOD(client->load(build_module("hello", plain), {}));
  auto module = *client->module("hello");
  ASSERT_TRUE(module);
  EXPECT_EQ(module->state, kernel::State::live);
  EXPECT_GT(module->address, 0u);
  EXPECT_GOOD(client->unload("hello", {}));
  EXPECT_FALSE(*client->module("hello"));
}

TEST_F(ServerTest, GivesTheModuleThatIsAskedFor) {
  auto client = connect();
  for (const char* name : {"first", "second", "third"})
    EXPECT_GOOD(client->load(build_module(name, plain), {}));
  auto module = client->module("second");
  ASSERT_TRUE(module && *module);
  EXPECT_EQ((*module)->name, "second");
  EXPECT_FALSE(*client->module("fourth"));
  EXPECT_EQ(client->modules()->size(), 3u);
}

TEST_F(ServerTest, CarriesReasonAndCureOfAnError) {
  Error error =
      error_of(connect()->load(build_module("libc",
                                            "extern int printf(const char *, ...);"
                                            "int init_module(void) { return printf(\"x\"); }"
                                            "void cleanup_module(void) { }"),
                               {}));
  EXPECT_EQ(error.code, ENOENT);
  EXPECT_EQ(error.subject, "libc");
  EXPECT_EQ(error.reason,
            "Unknown symbol printf: that is a C library function; in a module use printk");
  EXPECT_EQ(error.cure, "change the module's source, and build it anew");
}

TEST_F(ServerTest, TellsWhichProcessHasAFileOpen) {
  auto client = connect();
  EXPECT_GOOD(client->load(build_module("echo", device), {}));
  EXPECT_EQ(*client->nodes(), std::vector<std::string>{"/dev/echo"});
  auto other = connect();
  auto file = other->open_device("/dev/echo", O_RDWR);
  ASSERT_TRUE(file);
  EXPECT_EQ(*other->write_device(*file, "ping"), 4u);
  EXPECT_EQ(*other->read_device(*file, 100), "ping");
  EXPECT_EQ(*other->read_device(*file, 100), "");
  Error error = error_of(client->unload("echo", {}));
  EXPECT_EQ(error.code, EWOULDBLOCK);
  EXPECT_NE(error.reason.find("open file /dev/echo by pid " + std::to_string(::getpid())),
            std::string::npos)
      << error.reason;
  EXPECT_GOOD(other->close_device(*file));
  EXPECT_GOOD(client->unload("echo", {}));
}

TEST_F(ServerTest, ClosesTheFilesOfAClientThatDies) {
  auto client = connect();
  EXPECT_GOOD(client->load(build_module("echo", device), {}));
  auto other = connect();
  ASSERT_TRUE(other->open_device("/dev/echo", O_RDWR));
  EXPECT_EQ((*client->module("echo"))->refcnt, 1);
  other.reset();
  // The kernel notices on its own thread.
  while ((*client->module("echo"))->refcnt != 0) std::this_thread::yield();
  EXPECT_GOOD(client->unload("echo", {}));
}

TEST_F(ServerTest, GivesTheLogToWhoFollowsIt) {
  auto client = connect();
  auto so_far = *client->log(0, false);
  ASSERT_FALSE(so_far.empty());
  std::thread later([&] { kernel_->log(4, "news", false); });
  auto news = client->log(so_far.back().sequence + 1, true);
  later.join();
  ASSERT_TRUE(news && !news->empty());
  EXPECT_EQ((*news)[0].text, "news");
  EXPECT_EQ((*news)[0].level, 4);
}

TEST_F(ServerTest, ReportsItsStatus) {
  auto client = connect();
  EXPECT_GOOD(client->load(build_module("hello", plain), {}));
  auto status = *client->status();
  EXPECT_EQ(status.pid, ::getpid());
  EXPECT_EQ(status.vermagic, vermagic);
  EXPECT_EQ(status.modules, 1u);
  EXPECT_EQ(status.memory, kernel_->memory());
}

TEST_F(ServerTest, LetsOnlyOneKernelHaveAName) {
  Error error = error_of(ukernel::Server::start(*kernel_, place_));
  EXPECT_EQ(error.code, EADDRINUSE);
  expect_alive();
}

TEST_F(ServerTest, TakesOverTheSocketOfADeadKernel) {
  server_.reset();
  ASSERT_GE(::open(place_.socket.c_str(), O_CREAT | O_WRONLY, 0600), 0);
  auto next = ukernel::Server::start(*kernel_, place_);
  ASSERT_TRUE(next) << describe(next.error());
  expect_alive();
}

TEST_F(ServerTest, IsOpenToItsUserOnly) {
  struct stat status;
  ASSERT_EQ(::stat(place_.socket.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat((folder_->path() + "/kmodern").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(ServerTest, RefusesADirectoryThatOthersCanEnter) {
  ASSERT_EQ(::chmod((folder_->path() + "/kmodern").c_str(), 0755), 0);
  Error error = error_of(UserKernel::connect("test"));
  EXPECT_EQ(error.code, EPERM);
}

TEST_F(ServerTest, SaysHowToStartAKernelThatDoesNotRun) {
  Error error = error_of(UserKernel::connect("other"));
  EXPECT_EQ(error.code, ECONNREFUSED);
  EXPECT_EQ(error.cure, "`kmodern kernel start other` starts it");
  EXPECT_EQ(error_of(UserKernel::connect("../x")).code, EINVAL);
}

TEST_F(ServerTest, SurvivesBadBytes) {
  using namespace std::string_view_literals;
  expect_closed_after("\xff\xff\xff\xff\xff\xff\xff\xff"sv);
  expect_closed_after("\x05\0\0\0\0\0\0\0hello"sv);
  expect_closed_after("\x02\0\0\0\0\0\0\0[]"sv);
  expect_closed_after("\x02\0\0"sv);
  expect_closed_after("\x10\0\0\0\0\0\0\0{"sv);
  expect_closed_after("GET / HTTP/1.1\r\n\r\n");
}

TEST_F(ServerTest, AnswersSenselessRequestsWithErrors) {
  unique_fd socket = raw();
  for (
      const char* text :
      {"{}", R"({"call":1})", R"({"call":"nothing"})", R"({"call":"load"})",
       R"({"call":"load","path":"x","parameters":"","ignore_modversions":false,"ignore_vermagic":false,"autoclean":false})",
       R"({"call":"read","file":99,"size":1})", R"({"call":"poll","file":99,"patience":1})",
       R"({"call":"ioctl","file":"x","command":1,"argument":1})", R"({"call":"seek","file":0})",
       R"({"call":"log","sequence":-1,"wait":false})", R"({"call":"hello","version":99})",
       R"({"call":"open","path":"/dev/none","flags":0})"}) {
    kernel::protocol::Message request;
    request.json = kernel::protocol::Json::parse(text);
    ASSERT_TRUE(kernel::protocol::send(socket.get(), request));
    auto answer = kernel::protocol::receive(socket.get(), kernel::protocol::answer_limits);
    ASSERT_TRUE(answer && *answer) << text;
    EXPECT_TRUE((*answer)->json.contains("error")) << text;
  }
}

TEST_F(ServerTest, NamesBothVersionsToAClientOfAnother) {
  unique_fd socket = raw();
  kernel::protocol::Message hello;
  hello.json = {{"call", "hello"}, {"version", 1}};
  ASSERT_TRUE(kernel::protocol::send(socket.get(), hello));
  auto answer = kernel::protocol::receive(socket.get(), kernel::protocol::answer_limits);
  ASSERT_TRUE(answer && *answer);
  const Error error = kernel::protocol::error_from((*answer)->json["error"]);
  EXPECT_EQ(error.code, EPROTO);
  EXPECT_EQ(error.subject, "user:test");
  EXPECT_EQ(error.reason, "this kernel speaks version " +
                              std::to_string(kernel::protocol::version) +
                              " of the protocol, this program version 1");
  EXPECT_NE(error.cure.find("kmodern kernel stop test"), std::string::npos);
}

TEST_F(ServerTest, IsStoppedByAClientOfAnyVersion) {
  auto client = UserKernel::connect_to_stop("test");
  ASSERT_TRUE(client);
  EXPECT_GOOD((*client)->shut_down());
  server_->wait();
}

TEST_F(ServerTest, BoundsWhatIsReadAtOnce) {
  auto client = connect();
  EXPECT_GOOD(client->load(build_module("echo", device), {}));
  auto file = *client->open_device("/dev/echo", O_RDWR);
  EXPECT_EQ(error_of(client->read_device(file, 1u << 30)).code, EINVAL);
  EXPECT_EQ(*client->read_device(file, 10), "");
}

TEST_F(ServerTest, TakesOnlyRegularFiles) {
  auto client = connect();
  EXPECT_EQ(error_of(client->load("/dev/null", {})).code, EINVAL);
  EXPECT_EQ(error_of(client->load("/nowhere.ko", {})).code, ENOENT);
  EXPECT_EQ(error_of(client->load("/", {})).code, EISDIR);
}

TEST_F(ServerTest, ServesFiftyClientsAtOnce) {
  std::string path = build_module("shared", plain);
  std::vector<std::thread> clients;
  std::atomic<int> answered = 0;
  clients.reserve(50);
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back([&] {
      auto client = connect();
      for (int round = 0; client && round < 20; ++round) {
        (void)client->load(path, {});
        if (client->modules()) ++answered;
        (void)client->unload("shared", {});
      }
    });
  }
  for (auto& one : clients) one.join();
  EXPECT_EQ(answered, 50 * 20);
  expect_alive();
}

// modprobe -j 256 has 258 connections.
TEST_F(ServerTest, TurnsClientsAwayOnlyWhenThereAreMoreThanAnyToolHas) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  std::vector<std::unique_ptr<UserKernel>> clients;
  clients.reserve(600);
  auto client = UserKernel::connect("test");
  for (; client && clients.size() < 600; client = UserKernel::connect("test"))
    clients.push_back(std::move(*client));
  EXPECT_GT(clients.size(), 258u);
  const Error error = error_of(client);
  EXPECT_EQ(error.code, EAGAIN);
  EXPECT_EQ(error.reason, "it has 512 clients already");
}

TEST_F(ServerTest, KeepsOthersServedWhileOneWaits) {
  std::string path = build_module("slow",
                                  "int init_module(void) { test_wait(); return 0; }"
                                  "void cleanup_module(void) { }");
  std::thread waiting([&] { EXPECT_GOOD(connect()->load(path, {})); });
  core_->wait_for_waiter();
  EXPECT_EQ((*connect()->module("slow"))->state, kernel::State::coming);
  core_->open_gate();
  waiting.join();
}

// ---- Clients that mean harm

std::size_t entries_of(const char* folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

class HostileTest : public ServerTest {
 protected:
  // When all clients are gone the kernel has the threads, files and modules that it had.
  void TearDown() override {
    // It learns of their end on its own threads, which this waits for.
    while (entries_of("/proc/self/task") != threads_ || entries_of("/proc/self/fd") != descriptors_)
      std::this_thread::yield();
    EXPECT_TRUE(kernel_->modules().empty());
    expect_alive();
  }

  // The bytes of a request as a client of good manners sends them.
  static std::string wire(const char* json) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const unique_fd sender(ends[0]), receiver(ends[1]);
    kernel::protocol::Message request;
    request.json = kernel::protocol::Json::parse(json);
    EXPECT_TRUE(kernel::protocol::send(sender.get(), request));
    std::string bytes(4096, 0);
    bytes.resize(static_cast<std::size_t>(::read(receiver.get(), bytes.data(), bytes.size())));
    return bytes;
  }
  // Sends what the kernel takes, waits for nothing and dies.
  void throw_at_it(std::string_view bytes) {
    unique_fd socket = raw();
    (void)!::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  const std::size_t threads_ = entries_of("/proc/self/task");
  const std::size_t descriptors_ = entries_of("/proc/self/fd");
};

TEST_F(HostileTest, ClientsMayDieAtAnyByte) {
  for (
      const char* json :
      {R"({"call":"hello","version":1})", R"({"call":"log","sequence":0,"wait":true})",
       R"({"call":"load","path":"x.ko","parameters":"","ignore_modversions":false,"ignore_vermagic":false})",
       R"({"call":"unload","name":"x","force":true})"}) {
    const std::string bytes = wire(json);
    for (std::size_t length = 0; length <= bytes.size(); ++length)
      throw_at_it(std::string_view(bytes).substr(0, length));
  }
}

TEST_F(HostileTest, ClientsMaySendAnyBytes) {
  std::mt19937 random(1);
  const std::string good = wire(R"({"call":"modules"})");
  for (int client = 0; client < 400; ++client) {
    std::string bytes = client % 2 == 0 ? good : std::string(random() % 300, 0);
    for (int change = 0; change < 4 && !bytes.empty(); ++change)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    throw_at_it(bytes);
  }
}

TEST_F(HostileTest, TwoHundredClientsAtOnce) {
  std::vector<unique_fd> silent;
  silent.reserve(100);
  for (int i = 0; i < 100; ++i) silent.push_back(raw());
  std::vector<std::thread> clients;
  std::atomic<int> answered = 0;
  clients.reserve(100);
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back([&] {
      auto client = UserKernel::connect("test");
      if (client && (*client)->modules()) ++answered;
    });
  }
  for (auto& one : clients) one.join();
  EXPECT_EQ(answered, 100);
}

TEST_F(HostileTest, AClientThatDiesInAWaitEndsIt) {
  const std::string path = build_module("slow",
                                        "int init_module(void) { test_wait(); return 0; }"
                                        "void cleanup_module(void) { }");
  std::thread first([&] { EXPECT_GOOD(connect()->load(path, {})); });
  core_->wait_for_waiter();
  {
    unique_fd second = raw();
    kernel::protocol::Message request;
    request.json = kernel::protocol::Json::parse(
        R"({"call":"load","path":"x.ko","parameters":"","ignore_modversions":false,"ignore_vermagic":false})");
    request.fd.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_TRUE(kernel::protocol::send(second.get(), request));
  }
  // Only the first load and its init are left, though init has not returned.
  while (entries_of("/proc/self/task") > threads_ + 3) std::this_thread::yield();
  core_->open_gate();
  first.join();
  EXPECT_GOOD(connect()->unload("slow", {}));
}

TEST_F(ServerTest, BreaksWhenTheKernelEndsAndSaysSo) {
  auto client = connect();
  auto other = connect();
  EXPECT_GOOD(other->shut_down());
  server_->wait();
  server_.reset();
  Error error = error_of(client->modules());
  EXPECT_EQ(error.code, ECONNRESET);
  EXPECT_EQ(error_of(UserKernel::connect("test")).code, ECONNREFUSED);
}

}  // namespace
}  // namespace kmodern::test
