#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "kerneld/http_server.h"
#include "support/files.h"

using namespace kmodern;
using namespace kmodern::kerneld;
using namespace std::chrono_literals;
using kmodern::testing::temporary_directory;

namespace {

std::optional<HttpContent> contents(std::string_view path) {
  if (path != "/metrics") return std::nullopt;
  return HttpContent{"text/plain", "# EOF\n"};
}

// A connection to the server at `path`.
unique_fd connect_to(const std::string& path) {
  unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
  return socket;
}

void send(const unique_fd& socket, std::string_view text) {
  EXPECT_EQ(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

// All until the server ends the connection.
std::string receive(const unique_fd& socket) {
  std::string all;
  std::array<char, 1000> bytes;
  for (ssize_t size; (size = ::recv(socket.get(), bytes.data(), bytes.size(), 0)) > 0;)
    all.append(bytes.data(), static_cast<std::size_t>(size));
  return all;
}

constexpr std::string_view good = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct Serving {
  TemporaryDirectory directory = temporary_directory();
  std::string path = directory.path() + "/metrics.sock";
  std::unique_ptr<HttpServer> server;

  explicit Serving(std::size_t most_clients = 32, std::chrono::milliseconds patience = 30s) {
    HttpServerOptions options;
    options.listeners.push_back({std::move(listen_on_path(path).value()), contents});
    options.most_clients = most_clients;
    options.patience = patience;
    server = HttpServer::start(std::move(options)).value();
  }
};

}  // namespace

TEST(Http, AnswersGetOfWhatThereIs) {
  auto first_line = [](std::string_view request) {
    const auto response = answer_http(request, contents);
    return response ? response->substr(0, response->find("\r\n")) : "nothing yet";
  };
  EXPECT_EQ(first_line(good), "HTTP/1.1 200 OK");
  EXPECT_EQ(first_line("GET /metrics?x=1 HTTP/1.0\r\n\r\n"), "HTTP/1.1 200 OK");
  EXPECT_EQ(first_line("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(first_line("POST /metrics HTTP/1.1\r\n\r\n"), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(first_line("GET /metrics HTTP/2\r\n\r\n"), "HTTP/1.1 505 HTTP Version Not Supported");
  EXPECT_EQ(first_line("\0\xff\r\n\r\n"), "nothing yet");
  EXPECT_EQ(first_line("nonsense\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(first_line(good.substr(0, good.size() - 1)), "nothing yet");
  EXPECT_EQ(first_line(std::string(8192, 'a')), "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST(Http, SaysTypeAndLength) {
  EXPECT_EQ(*answer_http(good, contents),
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 6\r\nConnection: close\r\n\r\n# EOF\n");
}

TEST(HttpServer, ServesAClientThatSendsByteForByte) {
  const Serving serving;
  const unique_fd client = connect_to(serving.path);
  for (const char byte : good) send(client, {&byte, 1});
  EXPECT_TRUE(receive(client).ends_with("\r\n\r\n# EOF\n"));
}

TEST(HttpServer, ServesOnLoopback) {
  HttpServerOptions options;
  options.listeners.push_back({std::move(listen_on_loopback(0).value()), contents});
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  ::getsockname(options.listeners[0].socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  EXPECT_EQ(ntohl(address.sin_addr.s_addr), INADDR_LOOPBACK);
  auto server = HttpServer::start(std::move(options)).value();
  const unique_fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  send(client, good);
  EXPECT_TRUE(receive(client).starts_with("HTTP/1.1 200 OK"));
}

TEST(HttpServer, SendsTheOldestAwayWhenTooManyConnect) {
  const Serving serving(4);
  std::vector<unique_fd> silent;
  for (int i = 0; i < 50; ++i) silent.push_back(connect_to(serving.path));
  const unique_fd client = connect_to(serving.path);
  send(client, good);
  EXPECT_TRUE(receive(client).starts_with("HTTP/1.1 200 OK"));
  EXPECT_EQ(receive(silent.front()), "");
}

TEST(HttpServer, SendsAwayWhoIsTooSlow) {
  const Serving serving(32, 1ms);
  const unique_fd client = connect_to(serving.path);
  EXPECT_EQ(receive(client), "");
}

TEST(HttpServer, AnswersBeforeAllOfATooLongRequestIsRead) {
  const Serving serving;
  const unique_fd client = connect_to(serving.path);
  send(client, std::string(20'000, 'a'));
  EXPECT_TRUE(receive(client).starts_with("HTTP/1.1 431 "));
}

TEST(HttpServer, TakesThePlaceOfOneThatDiedOnly) {
  const TemporaryDirectory directory = temporary_directory();
  const std::string path = directory.path() + "/metrics.sock";
  {
    const auto former = listen_on_path(path);
  }  // its name stays
  const auto listener = listen_on_path(path);
  ASSERT_TRUE(listener) << describe(listener.error());
  EXPECT_EQ(listen_on_path(path).error().code, EADDRINUSE);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0007, 0u);
}
