// Every step of a load and of an unload fails once: whichever it is, the kernel is as it was
// before.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <new>
#include <set>

#include "base/fail_point.h"
#include "kernel/user/user.h"
#include "ukernel/classic_image.h"
#include "ukernel/failing_memory.h"
#include "ukernel/server.h"
#include "ukernel/system_calls.h"
#include "ukernel/test_module.h"

namespace kmodern::test {
namespace {

// Everything by which a failed load could show.
struct KernelState {
  std::string modules, kallsyms, taints;
  std::vector<std::string> folders;
  std::size_t memory = 0, threads = 0, descriptors = 0;
  int strings = 0;
  bool operator==(const KernelState&) const = default;
};

std::size_t entries(const char* folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

class FailPoints : public KernelTest {
 protected:
  KernelState state() {
    return {.modules = kernel_->view().read("/proc/modules").value_or("?"),
            .kallsyms = kernel_->view().read("/proc/kallsyms").value_or("?"),
            .taints = kernel_->taints(),
            .folders = kernel_->view().list("/sys/module"),
            .memory = kernel_->memory(),
            .threads = entries("/proc/self/task"),
            .descriptors = entries("/proc/self/fd"),
            .strings = core_->strings};
  }

  // What was made to fail, and how often.
  using Walked = std::map<std::string, int>;

  // Does `attempt` again and again, and makes one step after the other fail until all are passed.
  // A step whose failure the attempt survives is `undo`ne.
  Walked walk(const std::function<long()>& attempt, const std::function<void()>& undo,
              long result_at_last = 0) {
    Walked walked;
    const KernelState before = state();
    for (std::size_t nth = 0;; ++nth) {
      const char* failed = nullptr;
      long result = 0;
      {
        const FailNth failing(nth);
        result = attempt();
        failed = failing.fired();
      }
      if (failed == nullptr) {
        EXPECT_EQ(result, result_at_last);
        return walked;
      }
      ++walked[failed];
      if (result == 0) undo();
      const std::set<long> expected = {0, -ENOMEM, -EAGAIN, -EIO, result_at_last};
      EXPECT_TRUE(expected.contains(result)) << failed << " gives " << result;
      if (const bool same = before == state(); !same) {
        ADD_FAILURE() << "step " << nth << " (" << failed << ", " << result
                      << ") leaves something behind:\n"
                      << state().modules << state().taints << " " << state().memory << " bytes, "
                      << state().threads << " threads, " << state().descriptors << " descriptors";
        return walked;
      }
    }
  }

  long finit(const std::string& path, const char* parameters, int flags = 0) {
    const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return ukernel::finit_module(*kernel_, true, file, parameters, flags);
  }
  long remove(const char* name) { return ukernel::delete_module(*kernel_, true, name, 0); }

  static std::string table(const Walked& walked) {
    std::string text;
    for (const auto& [name, count] : walked) text += name + ": " + std::to_string(count) + "\n";
    return text;
  }

  // Something of everything: exports, an import, parameters, an init part, constructors.
  void SetUp() override {
    EXPECT_GOOD(build_and_load(
        "base", std::string("int base_value(void) { return 1; } EXPORT(base_value);") + plain));
    const std::string source =
        "extern int base_value(void); VERSION(\"base_value\", 0);"
        "static int count; PARAMETER(count, int); static char *word; PARAMETER(word, text);"
        "int rich_value(void) { return 2; } EXPORT(rich_value);"
        "__attribute__((constructor)) static void make(void) { test_note(1); }"
        "static __init int init(void) { return base_value() - 1 - FAILS; }"
        "int init_module(void) { return init(); }"
        "void cleanup_module(void) { test_note(-1); }";
    rich_ = build_module("rich", "#define FAILS 0\n" + source);
    failing_ = build_module("failing", "#define FAILS 19\n" + source);
    // The first time taints the kernel for good (its exports have no versions).
    EXPECT_EQ(finit(rich_, ""), 0);
    EXPECT_EQ(remove("rich"), 0);
  }

  std::string rich_, failing_;
};

TEST_F(FailPoints, OfALoadLeaveNothingBehind) {
  const Walked walked = walk([&] { return finit(rich_, "count=3 word=long-enough-for-the-heap"); },
                             [&] { EXPECT_EQ(remove("rich"), 0); });
  for (const char* step : {"map a file", "map module memory", "protect module memory",
                           "start a thread for module code", "memory"})
    EXPECT_TRUE(walked.contains(step)) << step << " was not reached";
  std::printf("load:\n%s", table(walked).c_str());
  EXPECT_EQ(remove("rich"), 0);  // the last attempt's
}

TEST_F(FailPoints, OfACompressedLoadLeaveNothingBehind) {
  ASSERT_EQ(std::system(("gzip -kf " + rich_).c_str()), 0);
  const std::string packed = rich_ + ".gz";
  const Walked walked =
      walk([&] { return finit(packed, "", 4); }, [&] { EXPECT_EQ(remove("rich"), 0); });
  EXPECT_TRUE(walked.contains("start a decompressor"));
}

TEST_F(FailPoints, OfALoadWhoseInitFailsLeaveNothingBehind) {
  const Walked walked =
      walk([&] { return finit(failing_, "count=3 word=long-enough-for-the-heap"); },
           [] { ADD_FAILURE() << "loaded"; }, -19);
  EXPECT_GT(walked.at("memory"), 50);
}

TEST_F(FailPoints, OfALoadWithABadParameterLeaveNothingBehind) {
  walk([&] { return finit(rich_, "word=long-enough-for-the-heap count=x"); },
       [] { ADD_FAILURE() << "loaded"; }, -EINVAL);
}

TEST_F(FailPoints, OfAnUnloadLeaveTheModuleLive) {
  EXPECT_EQ(finit(rich_, "word=long-enough-for-the-heap"), 0);
  const Walked walked = walk([&] { return remove("rich"); },
                             [] { ADD_FAILURE() << "a step that failed was passed over"; });
  EXPECT_TRUE(walked.contains("start a thread for module code"));
  std::printf("unload:\n%s", table(walked).c_str());
  EXPECT_EQ(core_->notes, 0);
}

TEST_F(FailPoints, OfAClassicLoadLeaveNothingBehind) {
  const auto load = [&]() -> long {
    const auto address = kernel_->create_module("old", image_size);
    if (!address) return -address.error().code;
    const bool walked_too = memory_fails.exchange(false);  // insmod's own is not
    const ClassicImage image{
        .name = "old", .address = *address, .symbols = {{.value = 1, .name = "old_value"}}};
    const std::string bytes = image.bytes();
    memory_fails = walked_too;
    const auto done = kernel_->init_module("old", ByteView(bytes));
    if (done) return 0;
    EXPECT_EQ(remove("old"), 0);  // as insmod does
    return -done.error().code;
  };
  const auto unload = [&] { EXPECT_EQ(remove("old"), 0); };
  // Memory is not asked for at the same places each time (the log grows), which moves the other
  // steps on: they are walked by themselves first, so that none is jumped over.
  memory_fails = false;
  Walked walked = walk(load, unload);
  unload();
  memory_fails = true;
  walked.merge(walk(load, unload));
  for (const char* step :
       {"map module memory", "protect module memory", "start a thread for module code", "memory"})
    EXPECT_TRUE(walked.contains(step)) << step << " was not reached";
  std::printf("classic load:\n%s", table(walked).c_str());
  EXPECT_EQ(remove("old"), 0);  // the last attempt's
}

TEST_F(FailPoints, OfAClassicUnloadLeaveTheModuleLive) {
  const auto address = kernel_->create_module("old", image_size);
  ASSERT_TRUE(address);
  const ClassicImage image{.name = "old", .address = *address, .can_unload = returns_0};
  ASSERT_TRUE(kernel_->init_module("old", ByteView(image.bytes())));
  const Walked walked = walk([&] { return remove("old"); },
                             [] { ADD_FAILURE() << "a step that failed was passed over"; });
  EXPECT_EQ(walked.at("start a thread for module code"), 2) << "can_unload's and cleanup's";
}

TEST_F(FailPoints, OfAWholeSessionLeaveNothingBehind) {
  const Result<TemporaryDirectory> folder = TemporaryDirectory::create();
  ::setenv("XDG_RUNTIME_DIR", folder->path().c_str(), 1);
  auto server = *ukernel::Server::start(*kernel_, *kernel::place_of("failing"));
  const auto session = [&]() -> long {
    auto client = kernel::UserKernel::connect("failing");
    if (!client) return -EAGAIN;
    if (!(*client)->load(rich_, {})) return -EAGAIN;
    return (*client)->unload("rich", {}) ? 0 : -EAGAIN;
  };
  // The destructor of a JSON value asks for memory, and ends the program where there is none.
  memory_fails = false;
  const KernelState before = state();
  Walked walked;
  for (std::size_t nth = 0, passed = 0; passed < 3; ++nth) {
    {
      const FailNth failing(nth);
      passed = session() == 0 ? passed + 1 : 0;
      if (failing.fired() != nullptr) ++walked[failing.fired()];
    }
    // The kernel ends a session on its own thread.
    while (entries("/proc/self/task") > before.threads) ::usleep(100);
    (void)kernel_->unload("rich", {});
    ASSERT_EQ(state().memory, before.memory) << nth;
    ASSERT_EQ(state().modules, before.modules) << nth;
    ASSERT_EQ(state().kallsyms, before.kallsyms) << nth;
  }
  memory_fails = true;
  EXPECT_EQ(state().descriptors, before.descriptors);
  EXPECT_TRUE(walked.contains("start a thread for a client"));
  EXPECT_TRUE(walked.contains("read a file"));
  std::printf("session:\n%s", table(walked).c_str());
}

}  // namespace
}  // namespace kmodern::test
