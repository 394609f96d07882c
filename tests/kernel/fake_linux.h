// A Linux that is not there: system calls that only note what they were given, and folders in place
// of /proc and /sys.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/linux/linux.h"
#include "support/files.h"

namespace kmodern::testing {

struct Calls {
  std::vector<std::string> made;  // "finit_module flags=4 n=1"
  std::string image;              // what init_module was given
  int finit_result = 0;           // errno
  int init_result = 0;
  int delete_result = 0;
};

class FakeSyscalls : public kernel::Syscalls {
 public:
  explicit FakeSyscalls(std::shared_ptr<Calls> calls) : calls_(std::move(calls)) {}
  int finit_module(int, const std::string& parameters, int flags) override {
    calls_->made.push_back("finit_module flags=" + std::to_string(flags) + " " + parameters);
    return calls_->finit_result;
  }
  int init_module(ByteView image, const std::string& parameters) override {
    calls_->made.push_back("init_module " + parameters);
    calls_->image = image.text();
    return calls_->init_result;
  }
  int delete_module(const std::string& name, unsigned flags) override {
    calls_->made.push_back("delete_module " + name + " " + std::to_string(flags));
    return calls_->delete_result;
  }
  int release(std::string& to) override {
    to = "6.1.0-fake";
    return 0;
  }

 private:
  std::shared_ptr<Calls> calls_;
};

struct FakeLinux {
  TemporaryDirectory folder = temporary_directory();
  std::shared_ptr<Calls> calls = std::make_shared<Calls>();
  kernel::LinuxKernel kernel{std::make_unique<FakeSyscalls>(calls),
                             {.proc = folder.path() + "/proc",
                              .sys = folder.path() + "/sys",
                              .log = folder.path() + "/kmsg"}};

  std::string file(const std::string& name, std::string_view bytes) {
    write_file(folder.path() + "/" + name, bytes);
    return folder.path() + "/" + name;
  }
};

}  // namespace kmodern::testing
