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
