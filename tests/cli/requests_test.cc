// `kmodern requests`, `policy learn` and `status`, as programs, on a record that a store has made.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "kerneld/event_store.h"
#include "support/files.h"

using namespace kmodern;
using namespace kmodern::kerneld;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string program() {
  const char* folder = std::getenv("KMODERN_BIN");
  return std::string(folder != nullptr ? folder : "build/dev/bin") + "/kmodern";
}

struct Said {
  int status = -1;
  std::string text;  // stdout and stderr
};

Said run(const std::string& arguments) {
  Said said;
  std::FILE* pipe = ::popen((program() + " " + arguments + " 2>&1").c_str(), "r");
  for (int c; (c = std::fgetc(pipe)) != EOF;) said.text += static_cast<char>(c);
  said.status = WEXITSTATUS(::pclose(pipe));
  return said;
}

void expect_in(const std::string& part, const std::string& text) {
  EXPECT_NE(text.find(part), std::string::npos) << part << " in:\n" << text;
}

struct Record {
  TemporaryDirectory directory = kmodern::testing::temporary_directory();
  std::string path = directory.path() + "/requests.db";
  EventStore store{{.path = path}};

  void add(const std::string& name, Verdict verdict, std::vector<std::string> modules = {}) {
    Event event;
    event.time = std::chrono::system_clock::now();
    event.name = name;
    event.trigger = trigger_of(name);
    event.asker.pid = 4711;
    event.asker.comm = "mount";
    event.user = "alice";
    event.verdict = verdict;
    event.rule = verdict == Verdict::denied ? "kerneld.toml line 12" : "mode open";
    event.modules = std::move(modules);
    event.took = 1500us;
    store.record(std::move(event));
    ASSERT_TRUE(store.flush(30s));
  }
};

}  // namespace

TEST(Requests, SayWhoAskedAndWhatCame) {
  Record record;
  record.add("fs-vfat", Verdict::loaded, {"vfat"});
  record.add("net-pf-21", Verdict::denied);
  const Said said = run("requests --store " + record.path);
  EXPECT_EQ(said.status, 0);
  expect_in("mount[4711]  alice fs-vfat        loaded   1.50 ms  vfat\n", said.text);
  expect_in("denied   1.50 ms  kerneld.toml line 12\n", said.text);
}

TEST(Requests, StandInColumnsThatFitTheLongestName) {
  Record record;
  const std::string longest(55, 'n');
  record.add("short", Verdict::unknown);
  record.add(longest, Verdict::unknown);
  const std::string text = run("requests --store " + record.path).text;
  expect_in(" " + longest + " unknown ", text);
  expect_in(" short" + std::string(50, ' ') + " unknown ", text);
}

TEST(Requests, AreCutToTheTerminalsWidth) {
  Record record;
  record.add(std::string(55, 'n'), Verdict::loaded, {"somewhere"});
  const std::string path = program();
  const winsize size{.ws_row = 25, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    ::execl(path.c_str(), "kmodern", "requests", "-S", record.path.c_str(), nullptr);
    ::_exit(127);
  }
  std::string text;
  char bytes[4096];
  for (ssize_t got; (got = ::read(terminal, bytes, sizeof(bytes))) > 0;)
    text.append(bytes, static_cast<std::size_t>(got));
  ::close(terminal);
  ::waitpid(child, nullptr, 0);
  expect_in("nnn> loaded   1.50 ms  somewhere\r\n", text);
}

TEST(Requests, AreFilteredByNameResultTimeAndNumber) {
  Record record;
  record.add("fs-vfat", Verdict::loaded, {"vfat"});
  record.add("fs-xfs", Verdict::unknown);
  record.add("net-pf-21", Verdict::denied);
  auto names = [&](const std::string& options) {
    std::string all;
    std::istringstream text(run("requests --json " + options + " -S " + record.path).text);
    for (std::string line; std::getline(text, line);)
      all += json::parse(line)["name"].get<std::string>() + " ";
    return all;
  };
  EXPECT_EQ(names("--name 'fs_*'"), "fs-vfat fs-xfs ");
  EXPECT_EQ(names("--name vfat"), "fs-vfat ");
  EXPECT_EQ(names("--result denied"), "net-pf-21 ");
  EXPECT_EQ(names("--limit 2"), "fs-xfs net-pf-21 ");
  EXPECT_EQ(names("--since 10m"), "fs-vfat fs-xfs net-pf-21 ");
  EXPECT_EQ(names("--until yesterday"), "");
  EXPECT_EQ(run("requests --since soon -S " + record.path).status, 1);
}

TEST(Requests, CannotSpeakToTheTerminal) {
  Record record;
  record.add("x\x1b[2J\ny", Verdict::unknown);
  expect_in("x\\x1b[2J\\x0ay", run("requests -v -S " + record.path).text);
}

TEST(Requests, AreFollowedAsTheyCome) {
  Record record;
  record.add("first", Verdict::unknown);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const std::string path = program();
  const pid_t follower = ::fork();
  if (follower == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(path.c_str(), "kmodern", "requests", "-f", "--json", "-S", record.path.c_str(),
            nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::FILE* lines = ::fdopen(ends[0], "r");
  auto next = [&] {
    char line[4096] = "";
    return std::fgets(line, sizeof(line), lines) != nullptr ? json::parse(line)["name"] : json();
  };
  EXPECT_EQ(next(), "first");
  record.add("second", Verdict::unknown);
  EXPECT_EQ(next(), "second");
  record.add("third", Verdict::unknown);
  EXPECT_EQ(next(), "third");
  ::kill(follower, SIGTERM);
  ::waitpid(follower, nullptr, 0);
  std::fclose(lines);
}

TEST(Requests, SayThatNothingIsRecorded) {
  const Said said = run("requests --store /nonexistent/requests.db");
  EXPECT_EQ(said.status, 1);
  expect_in("no requests have been recorded", said.text);
}

TEST(PolicyLearn, AllowsWhatWasUsedAndPolicyTestDeniesTheRest) {
  Record record;
  record.add("fs-vfat", Verdict::loaded, {"vfat"});
  record.add("net-pf-21", Verdict::denied);
  const std::string rules = record.directory.path() + "/policy.d/learned.toml";
  kmodern::testing::write_file(record.directory.path() + "/kerneld.toml",
                               "policy.mode = \"learned\"\n");
  kmodern::testing::write_file(record.directory.path() + "/policy.d/.keep", "");
  const std::string learn = "policy learn --since 1h -S " + record.path + " -o " + rules;
  ASSERT_EQ(run(learn).status, 0);
  const std::string test = "policy test -f " + record.directory.path() + "/kerneld.toml ";
  expect_in("allow by " + rules, run(test + "fs-vfat").text);
  EXPECT_EQ(run(test + "net-pf-21").status, 1);
  expect_in("is there already", run(learn).text);
}

TEST(PolicyLearn, LearnsFromTheMachineWithoutARecord) {
  const Said said =
      run("policy learn --from-loaded --kernel record --store /nonexistent/requests.db");
  EXPECT_EQ(said.status, 0) << said.text;
  expect_in("# Made from the modules that are loaded in record", said.text);
}

TEST(Status, TellsWhatIsKnownWithoutADaemon) {
  Record record;
  record.add("net-pf-21", Verdict::denied);
  const std::string options = "status --kernel record -S " + record.path + " -f /nonexistent.toml";
  const Said said = run(options);
  EXPECT_EQ(said.status, 0);
  expect_in("policy      mode open, 0 rules", said.text);
  expect_in("net-pf-21 for mount[4711]: denied: kerneld.toml line 12", said.text);
  const json object = json::parse(run(options + " --json").text);
  EXPECT_EQ(object["kernel"], "record");
  EXPECT_EQ(object["refusals"][0]["name"], "net-pf-21");
}
