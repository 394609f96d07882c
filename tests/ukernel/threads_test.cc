// Many at once: loads and removals from 64 threads leave the kernel as it was.
#include <algorithm>
#include <cerrno>
#include <thread>
#include <vector>

#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

using Threads = KernelTest;

constexpr int threads = 64;
constexpr int rounds = 20;

void in_threads(const std::function<void(int)>& work) {
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back(work, i);
  for (auto& one : all) one.join();
}

TEST_F(Threads, LoadAndUnloadWhatOthersLoadAndUnload) {
  std::string base = build_module(
      "base", std::string("int base_value(void) { return 1; } EXPORT(base_value);") + plain);
  std::string top = build_module("top",
                                 "extern int base_value(void); VERSION(\"base_value\", 0);"
                                 "int init_module(void) { test_note(base_value()); return 0; }"
                                 "void cleanup_module(void) { test_note(-base_value()); }");
  std::atomic<int> strange = 0;
  in_threads([&](int i) {
    for (int round = 0; round < rounds; ++round) {
      // Whatever the order, only these answers are right.
      for (auto [result, allowed] :
           {std::pair{load(i % 2 == 0 ? base : top), std::vector{EEXIST, EBUSY, ENOENT}},
            std::pair{unload(i % 3 == 0 ? "top" : "base"),
                      std::vector{ENOENT, EBUSY, EWOULDBLOCK}}}) {
        if (!result && std::ranges::find(allowed, result.error().code) == allowed.end()) {
          ++strange;
          ADD_FAILURE() << describe(result.error());
        }
      }
    }
  });
  (void)unload("top");
  (void)unload("base");
  EXPECT_TRUE(kernel_->modules().empty());
  EXPECT_EQ(kernel_->memory(), 0u);
  EXPECT_EQ(core_->notes, 0);
  EXPECT_EQ(strange, 0);
}

TEST_F(Threads, LoadOneModuleOnlyOnce) {
  std::string path = build_module("once",
                                  "int init_module(void) { test_note(1); return 0; }"
                                  "void cleanup_module(void) { }");
  std::atomic<int> loaded = 0;
  std::atomic<int> existed = 0;
  in_threads([&](int) {
    auto result = load(path);
    if (result) ++loaded;
    if (!result && result.error().code == EEXIST) ++existed;
  });
  EXPECT_EQ(loaded, 1);
  EXPECT_EQ(existed, threads - 1) << "who comes while it is coming waits for it";
  EXPECT_EQ(core_->notes, 1);
}

TEST_F(Threads, LoadFiveHundredModulesOnceEach) {
  // Half of them export what the other half needs; all are made from two by their numbers.
  constexpr int pairs = 250;
  const std::string base = *read_file(build_module(
      "base_000", std::string("int value_000(void) { return 1; } EXPORT(value_000);") + plain));
  const std::string user =
      *read_file(build_module("user_000",
                              "extern int value_000(void); VERSION(\"value_000\", 0);"
                              "int init_module(void) { test_note(value_000()); return 0; }"
                              "void cleanup_module(void) { test_note(-value_000()); }"));
  const auto numbered = [](std::string image, int number) {
    const std::string digits = std::to_string(1000 + number).substr(1);
    for (std::size_t at = 0; (at = image.find("_000", at)) != std::string::npos; ++at)
      image.replace(at + 1, 3, digits);
    return image;
  };
  const auto name = [](const char* kind, int number) {
    return kind + std::to_string(1000 + number).substr(1);
  };
  std::atomic<int> loaded = 0;
  in_threads([&](int thread) {
    for (int step = 0; step < pairs; ++step) {
      const int number = (step + thread * pairs / threads) % pairs;
      for (const std::string& image : {numbered(base, number), numbered(user, number)}) {
        const auto result = kernel_->load(ByteView(image), "numbered.ko", {});
        if (result) ++loaded;
        if (!result && result.error().code != EEXIST) ADD_FAILURE() << describe(result.error());
      }
    }
  });
  EXPECT_EQ(loaded, 2 * pairs);
  EXPECT_EQ(kernel_->modules().size(), 2u * pairs);
  EXPECT_EQ(core_->notes, pairs);

  std::atomic<int> removed = 0;
  in_threads([&](int thread) {
    for (int step = 0; step < pairs; ++step) {
      const int number = (step + thread * pairs / threads) % pairs;
      for (const char* kind : {"user_", "base_"}) {
        const auto result = unload(name(kind, number));
        if (result) ++removed;
        // Whoever was first may still be at it.
        while (!result && kind[0] == 'u' &&
               kernel_->view().find("/sys/module/" + name(kind, number)))
          std::this_thread::yield();
      }
    }
  });
  EXPECT_EQ(removed, 2 * pairs);
  EXPECT_TRUE(kernel_->modules().empty());
  EXPECT_EQ(kernel_->memory(), 0u);
  EXPECT_EQ(core_->notes, 0);
}

TEST_F(Threads, AWaitForAnotherLoadEndsWhenItIsInterrupted) {
  const std::string image =
      *read_file(build_module("slow",
                              "int init_module(void) { test_wait(); return 0; }"
                              "void cleanup_module(void) { }"));
  std::thread first([&] { EXPECT_GOOD(kernel_->load(ByteView(image), "slow.ko", {})); });
  core_->wait_for_waiter();
  Error error = error_of(kernel_->load(ByteView(image), "slow.ko", {}, [] { return true; }));
  EXPECT_EQ(error.code, EINTR);
  // Others neither wait for it nor are kept from anything.
  EXPECT_GOOD(build_and_load("quick", plain));
  EXPECT_EQ(listed("slow").state, kernel::State::coming);
  core_->open_gate();
  first.join();
}

TEST_F(Threads, WaitForTheInitOfAModuleWhoseSymbolsTheyWant) {
  std::string base = build_module("base",
                                  "int base_value(void) { return 1; } EXPORT(base_value);"
                                  "int init_module(void) { test_wait(); return 0; }"
                                  "void cleanup_module(void) { }");
  std::string top = build_module("top",
                                 "extern int base_value(void); VERSION(\"base_value\", 0);"
                                 "int init_module(void) { test_note(base_value()); return 0; }"
                                 "void cleanup_module(void) { }");
  std::thread first([&] { EXPECT_GOOD(load(base)); });
  core_->wait_for_waiter();
  std::thread second([&] { EXPECT_GOOD(load(top)); });
  core_->open_gate();
  first.join();
  second.join();
  EXPECT_EQ(core_->notes, 1);
  EXPECT_EQ(listed("base").holders, std::vector<std::string>{"top"});
}

TEST_F(Threads, TakeAndDropReferencesByDevicesWhileOthersTryToRemove) {
  EXPECT_GOOD(
      build_and_load("driver",
                     "static long read(char *to, unsigned long n) { to[0] = 'x'; return 1; }"
                     "static const struct operations ops = { .read = read };"
                     "int init_module(void) {"
                     "  return test_register(THIS_MODULE, \"thing\", &ops); }"
                     "void cleanup_module(void) { test_unregister(\"thing\"); }"));
  auto always = kernel_->open("/dev/thing", 0, 1, "test");
  ASSERT_TRUE(always);
  in_threads([&](int i) {
    for (int round = 0; round < rounds; ++round) {
      auto file = kernel_->open("/dev/thing", 0, i, "test");
      if (!file) return ADD_FAILURE() << describe(file.error()), void();
      std::byte buffer[4];
      EXPECT_EQ((*file)->read(buffer).value_or(-1), 1);
      EXPECT_EQ(error_of(unload("driver")).code, EWOULDBLOCK);
      EXPECT_GOOD((*file)->close());
    }
  });
  EXPECT_EQ(listed("driver").refcnt, 1);
  EXPECT_GOOD((*always)->close());
  EXPECT_GOOD(unload("driver"));
}

}  // namespace
}  // namespace kmodern::test
