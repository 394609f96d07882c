#include "kerneld/event_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cerrno>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "kerneld/event_reader.h"
#include "support/files.h"

using namespace kmodern;
using namespace kmodern::kerneld;
using namespace std::chrono_literals;
using kmodern::testing::temporary_directory;
using kmodern::testing::write_file;
namespace fs = std::filesystem;

namespace {

constexpr auto generous = 30s;

struct Folder {
  TemporaryDirectory directory = temporary_directory();
  std::string path = directory.path() + "/requests.db";

  StoreOptions options() const {
    StoreOptions options;
    options.path = path;
    options.retry = 1ms;
    return options;
  }
};

Event event(std::string name) {
  Event event;
  event.time = std::chrono::system_clock::time_point(1'700'000'000'123'456us);
  event.name = std::move(name);
  event.verdict = Verdict::unknown;
  return event;
}

std::vector<Event> read(const std::string& path, const EventFilter& filter = {}) {
  auto reader = EventReader::open(path);
  if (!reader) return ADD_FAILURE() << describe(reader.error()), std::vector<Event>();
  auto events = reader->query(filter);
  if (!events) return ADD_FAILURE() << describe(events.error()), std::vector<Event>();
  return *events;
}

std::vector<std::string> names(const std::vector<Event>& events) {
  std::vector<std::string> all;
  for (const Event& one : events) all.push_back(one.name);
  return all;
}

// Records it by a store that ends then.
void keep(const Folder& folder, std::vector<Event> events) {
  EventStore store(folder.options());
  for (Event& one : events) store.record(std::move(one));
  ASSERT_TRUE(store.flush(generous));
}

}  // namespace

TEST(EventStore, KeepsAllThatIsKnownOfARequestAcrossRestarts) {
  const Folder folder;
  Event wanted = event("fs-msdos");
  wanted.cause = "mount of msdos";
  wanted.asker = {17, "mount", "mount -t msdos /dev/x /mnt", "/usr/bin/mount", 1000, "/user.slice"};
  wanted.user = "alice";
  wanted.ruling = Ruling::audit;
  wanted.rule = "/etc/kmodern/kerneld.toml line 3";
  wanted.trigger = Trigger::filesystem;
  wanted.verdict = Verdict::failed;
  wanted.error = ENOEXEC;
  wanted.reason = "msdos: no";
  wanted.modules = {"msdos", "fat"};
  wanted.steps = {{"fat", "insmod", 1500us, true, 0, ""},
                  {"msdos", "insmod", 7us, false, ENOEXEC, "msdos: no"}};
  wanted.took = 1600us;
  wanted.joined = true;
  keep(folder, {wanted});

  const auto events = read(folder.path);
  ASSERT_EQ(events.size(), 1u);
  const Event& got = events.front();
  EXPECT_EQ(got.time, wanted.time);
  EXPECT_EQ(got.name, "fs-msdos");
  EXPECT_EQ(got.cause, wanted.cause);
  EXPECT_EQ(got.asker.pid, 17);
  EXPECT_EQ(got.asker.comm, "mount");
  EXPECT_EQ(got.asker.command_line, wanted.asker.command_line);
  EXPECT_EQ(got.asker.executable, "/usr/bin/mount");
  EXPECT_EQ(got.asker.uid, 1000);
  EXPECT_EQ(got.asker.cgroup, "/user.slice");
  EXPECT_EQ(got.user, "alice");
  EXPECT_EQ(got.ruling, Ruling::audit);
  EXPECT_EQ(got.rule, wanted.rule);
  EXPECT_EQ(got.trigger, Trigger::filesystem);
  EXPECT_EQ(got.verdict, Verdict::failed);
  EXPECT_EQ(got.error, ENOEXEC);
  EXPECT_EQ(got.reason, "msdos: no");
  EXPECT_EQ(got.modules, wanted.modules);
  EXPECT_EQ(got.took, 1600us);
  EXPECT_TRUE(got.joined);
  ASSERT_EQ(got.steps.size(), 2u);
  EXPECT_EQ(got.steps[0].module, "fat");
  EXPECT_EQ(got.steps[0].action, "insmod");
  EXPECT_EQ(got.steps[0].took, 1500us);
  EXPECT_TRUE(got.steps[0].joined);
  EXPECT_EQ(got.steps[1].error, ENOEXEC);
  EXPECT_EQ(got.steps[1].reason, "msdos: no");
}

TEST(EventStore, AddsToWhatWasThere) {
  const Folder folder;
  keep(folder, {event("first")});
  keep(folder, {event("second")});
  const auto events = read(folder.path);
  EXPECT_EQ(names(events), (std::vector<std::string>{"first", "second"}));
  EXPECT_LT(events.at(0).id, events.at(1).id);
}

TEST(EventStore, KeepsItsSizeByForgettingTheOldest) {
  const Folder folder;
  StoreOptions options = folder.options();
  options.limit = 256 << 10;
  options.queue = 10'000;
  EventStore store(options);
  for (int i = 0; i < 5000; ++i) {
    Event one = event("name-" + std::to_string(i));
    one.steps.resize(2);
    store.record(std::move(one));
  }
  ASSERT_TRUE(store.flush(generous));
  EXPECT_LE(fs::file_size(folder.path), options.limit);
  const auto events = read(folder.path);
  ASSERT_GT(events.size(), 500u);
  EXPECT_LT(events.size(), 4000u);
  EXPECT_EQ(events.back().name, "name-4999");
  EXPECT_EQ(events.front().id, events.back().id - static_cast<int>(events.size()) + 1);
  EXPECT_EQ(events.front().steps.size(), 2u);
}

TEST(EventStore, ShrinksAFileThatWasAllowedMore) {
  const Folder folder;
  std::vector<Event> many;
  for (int i = 0; i < 3000; ++i) many.push_back(event(std::string(500, 'x')));
  keep(folder, many);
  ASSERT_GT(fs::file_size(folder.path), 1u << 20);
  StoreOptions options = folder.options();
  options.limit = 256 << 10;
  {
    EventStore store(options);
    store.record(event("last"));
    ASSERT_TRUE(store.flush(generous));
  }
  EXPECT_LE(fs::file_size(folder.path), options.limit);
  EXPECT_EQ(names(read(folder.path)).back(), "last");
}

TEST(EventStore, SetsADamagedFileAsideAndBeginsAnew) {
  const Folder folder;
  write_file(folder.path, std::string(8192, 'z'));
  StoreOptions options = folder.options();
  std::string told;
  options.notice = [&](const std::string& sentence) { told += sentence; };
  {
    EventStore store(options);
    store.record(event("fresh"));
    ASSERT_TRUE(store.flush(generous));
  }
  EXPECT_EQ(names(read(folder.path)), std::vector<std::string>{"fresh"});
  EXPECT_EQ(*read_file(folder.path + ".damaged"), std::string(8192, 'z'));
  EXPECT_NE(told.find(folder.path + ".damaged"), std::string::npos) << told;
}

TEST(EventStore, FindsDamageInTheMiddleOfAFile) {
  const Folder folder;
  std::vector<Event> many;
  for (int i = 0; i < 300; ++i) many.push_back(event(std::string(300, 'x')));
  keep(folder, many);
  std::string bytes = *read_file(folder.path);
  for (std::size_t at = 3 * 4096; at < 6 * 4096; ++at) bytes[at] = static_cast<char>(at * 31);
  write_file(folder.path, bytes);
  keep(folder, {event("fresh")});
  EXPECT_EQ(names(read(folder.path)), std::vector<std::string>{"fresh"});
  EXPECT_TRUE(fs::exists(folder.path + ".damaged"));
}

TEST(EventStore, LeavesTheDatabaseOfAnotherProgramAlone) {
  const Folder folder;
  {
    auto other = sqlite::Connection::open(folder.path, sqlite::Connection::Access::write, 1s);
    ASSERT_TRUE(other);
    ASSERT_TRUE(other->execute("CREATE TABLE places(url)"));
  }
  const std::string before = *read_file(folder.path);
  {
    EventStore store(folder.options());
    store.record(event("x"));
    while (!store.status().trouble) std::this_thread::yield();
    EXPECT_EQ(store.status().trouble->code, EEXIST);
  }
  EXPECT_FALSE(fs::exists(folder.path + ".damaged"));
  EXPECT_EQ(sqlite::Connection::open(folder.path, sqlite::Connection::Access::read, 1s)
                ->number("SELECT count(*) FROM sqlite_schema"),
            1);
}

TEST(EventStore, RecordsAgainWhenItsFolderCanBeWrittenAgain) {
  const Folder folder;
  StoreOptions options = folder.options();
  options.path = folder.directory.path() + "/below/requests.db";
  write_file(folder.directory.path() + "/below", "a file, not a folder");
  EventStore store(options);
  store.record(event("patient"));
  while (!store.status().trouble) std::this_thread::yield();
  EXPECT_EQ(store.status().waiting, 1u);
  fs::remove(folder.directory.path() + "/below");
  ASSERT_TRUE(store.flush(generous));
  EXPECT_FALSE(store.status().trouble);
  EXPECT_EQ(names(read(options.path)), std::vector<std::string>{"patient"});
}

TEST(EventStore, GoesOnWhenWritingFailsAndRecordsWhenItCan) {
  const Folder folder;
  keep(folder, {event("before")});
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ::getrlimit(RLIMIT_FSIZE, &usual);
  // Room for the file of shared memory, none for what is to be written.
  rlimit full = usual;
  full.rlim_cur = 33'000;
  EventStore store(folder.options());
  ASSERT_TRUE(store.flush(generous));
  ::setrlimit(RLIMIT_FSIZE, &full);
  for (int i = 0; i < 100; ++i) store.record(event(std::string(1000, 'x')));
  while (!store.status().trouble) std::this_thread::yield();
  EXPECT_EQ(names(read(folder.path)), std::vector<std::string>{"before"});
  ::setrlimit(RLIMIT_FSIZE, &usual);
  ASSERT_TRUE(store.flush(generous));
  EXPECT_EQ(read(folder.path).size(), 101u);
}

TEST(EventStore, NeverWaitsForTheDiskAndCountsWhatItLost) {
  const Folder folder;
  keep(folder, {});
  auto other = sqlite::Connection::open(folder.path, sqlite::Connection::Access::write, 1s);
  ASSERT_TRUE(other->execute("BEGIN EXCLUSIVE"));  // as a disk that does not answer
  StoreOptions options = folder.options();
  options.queue = 4;
  EventStore store(options);
  for (int i = 0; i < 1000; ++i) store.record(event("many"));
  EXPECT_GT(store.status().lost, 500u);
  ASSERT_TRUE(other->execute("COMMIT"));
  ASSERT_TRUE(store.flush(generous));
  store.record(event("last"));
  ASSERT_TRUE(store.flush(generous));
  const auto events = read(folder.path);
  EXPECT_EQ(store.status().lost + events.size(), 1001u);
  EXPECT_EQ(events.back().name, "last");
  std::uint64_t lost = 0;
  for (const Event& one : events) lost += one.lost;
  EXPECT_EQ(lost, store.status().lost);
}

TEST(EventStore, BeginsAnewWhenItsFileIsRemoved) {
  const Folder folder;
  EventStore store(folder.options());
  store.record(event("first"));
  ASSERT_TRUE(store.flush(generous));
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(folder.path + part);
  store.record(event("second"));
  ASSERT_TRUE(store.flush(generous));
  EXPECT_EQ(names(read(folder.path)), std::vector<std::string>{"second"});
}

TEST(EventStore, IsForTheEyesOfFew) {
  const Folder folder;
  keep(folder, {event("x")});
  EXPECT_EQ(fs::status(folder.path).permissions() & fs::perms::others_all, fs::perms::none);
}

TEST(EventStore, TakesRequestsFromManyThreads) {
  const Folder folder;
  EventStore store(folder.options());
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) store.record(event("x"));
      });
    }
  }
  ASSERT_TRUE(store.flush(generous));
  EXPECT_EQ(read(folder.path).size(), 800u);
}

TEST(EventStore, CutsTextsWithoutEndAndKeepsStrangeBytes) {
  const Folder folder;
  keep(folder, {event(std::string(5000, 'a')), event(std::string("\0\x1b[2J\xff'; DROP", 14))});
  const auto events = read(folder.path);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].name, std::string(1024, 'a'));
  EXPECT_EQ(events[1].name, std::string("\0\x1b[2J\xff'; DROP", 14));
}

TEST(EventReader, SaysThatNothingWasRecorded) {
  const Folder folder;
  auto reader = EventReader::open(folder.path);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ENOENT);
  EXPECT_FALSE(fs::exists(folder.path));
}

TEST(EventReader, ReadsAFileThatNobodyMayWrite) {
  const Folder folder;
  keep(folder, {event("x")});
  fs::permissions(folder.path, fs::perms::owner_read);
  fs::permissions(folder.directory.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(read(folder.path).size(), 1u);
  fs::permissions(folder.directory.path(), fs::perms::owner_all);
}

TEST(EventReader, GivesTheNewestOfThoseThatFit) {
  const Folder folder;
  std::vector<Event> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back(event((i % 2 ? "odd-" : "even-") + std::to_string(i)));
  keep(folder, many);
  EXPECT_EQ(names(read(folder.path, {.name = "odd_*", .limit = 3})),
            (std::vector<std::string>{"odd-995", "odd-997", "odd-999"}));
  EXPECT_EQ(read(folder.path, {.name = "even-*"}).size(), 500u);
}

TEST(EventReader, SeesWhatAnotherProcessAdds) {
  const Folder folder;
  EventStore store(folder.options());
  ASSERT_TRUE(store.flush(generous));
  store.record(event("first"));
  ASSERT_TRUE(store.flush(generous));
  auto reader = EventReader::open(folder.path);
  ASSERT_TRUE(reader) << describe(reader.error());
  reader->watch();
  EXPECT_EQ(names(*reader->query({})), std::vector<std::string>{"first"});
  store.record(event("second"));
  std::vector<Event> fresh;
  while (fresh.empty()) {
    reader->wait(generous);
    fresh = reader->query({.after = 1}).value();
  }
  EXPECT_EQ(names(fresh), std::vector<std::string>{"second"});
  EXPECT_FALSE(*reader->replaced());
}

TEST(EventReader, FollowsAStoreThatBeginsAnew) {
  const Folder folder;
  keep(folder, {event("old")});
  auto reader = EventReader::open(folder.path);
  ASSERT_TRUE(reader);
  fs::rename(folder.path, folder.path + ".away");
  keep(folder, {event("new")});
  EXPECT_TRUE(*reader->replaced());
  EXPECT_EQ(names(*reader->query({})), std::vector<std::string>{"new"});
}

TEST(EventFilter, LooksAtTimeAskerNameAndVerdict) {
  Event one = event("net-pf-10");
  one.id = 1;
  one.modules = {"ipv6"};
  one.asker.comm = "sshd";
  one.asker.uid = 33;
  one.user = "www-data";
  EXPECT_TRUE(fits(one, {.name = "net_pf_*"}));
  EXPECT_TRUE(fits(one, {.name = "ipv6"}));
  EXPECT_FALSE(fits(one, {.name = "ipv4"}));
  EXPECT_TRUE(fits(one, {.asker = "ssh*"}));
  EXPECT_TRUE(fits(one, {.asker = "www-data"}));
  EXPECT_TRUE(fits(one, {.asker = "33"}));
  EXPECT_FALSE(fits(one, {.asker = "cron"}));
  EXPECT_TRUE(fits(one, {.since = one.time}));
  EXPECT_FALSE(fits(one, {.until = one.time}));
  EXPECT_FALSE(fits(one, {.since = one.time + 1us}));
  EXPECT_FALSE(fits(one, {.verdict = Verdict::denied}));
}
