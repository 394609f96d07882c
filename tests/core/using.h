// What programs use of the subsystems, in one process with the core and example modules.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "core/native_fixture.h"

namespace kmodern::core {

class UsingTest : public NativeTest {
 protected:
  using Function = int();

  UsingTest() { host().owner = this; }
  ~UsingTest() override { host().owner = nullptr; }

  // As the module system does: code of modules is called by the core.
  static long run(Function* function) { return core().call(function).value_or(-9999); }
  static long run(void (*function)()) {
    return core()
        .call([function]() -> long {
          function();
          return 0;
        })
        .value_or(-9999);
  }

  static Result<std::unique_ptr<OpenFile>> open(std::vector<std::string> words,
                                                const std::string& image = {}) {
    Use use{.words = std::move(words), .flags = O_RDWR, .image = {}};
    if (!image.empty()) {
      use.image.reset(::memfd_create("image", MFD_CLOEXEC));
      EXPECT_EQ(::write(use.image.get(), image.data(), image.size()),
                static_cast<ssize_t>(image.size()));
    }
    return core().use(std::move(use), {.what = "test", .pid = 4711, .comm = "test"});
  }

  // All that is read of it; "EIO" or "fault" instead of what cannot be.
  static std::string read_all(OpenFile& file) {
    std::string text;
    std::vector<std::byte> buffer(700);
    while (true) {
      const CallResult got = file.read(buffer);
      if (!got) return "fault";
      if (*got < 0) return strerrorname_np(static_cast<int>(-*got));
      if (*got == 0) return text;
      text.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(*got));
    }
  }
  static std::string used(std::vector<std::string> words, const std::string& image = {}) {
    auto file = open(std::move(words), image);
    return file ? read_all(**file) : strerrorname_np(file.error().code);
  }

  std::vector<std::string> asked() const {
    std::vector<std::string> names;
    for (const auto& one : host().wanted) names.push_back(one.name);
    return names;
  }

  // What is left of all that was acquired since.
  std::vector<std::string> left() {
    std::vector<std::string> whats;
    for (const Leftover& one : core().clean_up(this).things) whats.push_back(one.what);
    return whats;
  }
};

}  // namespace kmodern::core
