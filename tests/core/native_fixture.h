// The native core in this process, with a module system that only writes down what it is told.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "ukernel/core/native/native.h"

namespace kmodern::core {

class RecordingHost : public Host {
 public:
  void log(int level, std::string_view text, bool continuation) override {
    const std::scoped_lock lock(mutex);
    if (continuation && !lines.empty())
      lines.back() += text;
    else
      lines.push_back(fmt::format("<{}>{}", level, text));
  }
  bool module_get(const void*, const Holder& holder) override {
    holders.push_back(holder.what);
    return alive;
  }
  void module_put(const void*, const Holder&) override { ++puts; }
  int module_refcount(const void*) override { return 3; }
  void oops(const Fault& fault) override { oopses.push_back(fault.what); }
  const void* module_at(std::uintptr_t) override { return owner; }
  int request_module(const Wanted& one) override {
    wanted.push_back(one);
    if (loads) loads();
    return answer;
  }
  std::string symbolize(std::uintptr_t address) override {
    return address == 0x1234 ? "thing+0x4/0x10 [mod]" : fmt::format("{:#x}", address);
  }

  std::string text() {
    const std::scoped_lock lock(mutex);
    return fmt::format("{}", fmt::join(lines, "\n"));
  }
  void clear() {
    const std::scoped_lock lock(mutex);
    lines.clear();
  }

  std::mutex mutex;
  std::vector<std::string> lines;
  std::vector<std::string> holders;
  std::vector<std::string> oopses;
  std::atomic<const void*> owner = nullptr;  // the struct module of all code
  std::vector<Wanted> wanted;
  std::function<void()> loads;  // what a request brings
  int answer = 0;
  int puts = 0;
  bool alive = true;
};

// One core per process.
class NativeTest : public ::testing::Test {
 protected:
  NativeTest() {
    core();
    host().lines.clear();
    host().holders.clear();
    host().oopses.clear();
    host().owner = nullptr;
    host().wanted.clear();
    host().loads = nullptr;
    host().answer = 0;
    host().puts = 0;
    host().alive = true;
  }
  static RecordingHost& host() {
    static RecordingHost recording;
    return recording;
  }
  static Core& core() {
    static const std::unique_ptr<Core> native = [] {
      auto made = make_native_core();
      made->attach(host());
      return made;
    }();
    return *native;
  }

  // The function that modules call by that name.
  template <typename Function>
  static Function* api(std::string_view name) {
    for (const Export& one : core().exports()) {
      if (one.name == name) return reinterpret_cast<Function*>(one.address);
    }
    throw std::runtime_error(fmt::format("{} is not exported", name));
  }

  // What the kernel's snprintf makes of a format.
  template <typename... Arguments>
  static std::string text(const char* format, Arguments... arguments) {
    char buffer[256];
    api<int(char*, std::size_t, const char*, ...)>("snprintf")(buffer, sizeof(buffer), format,
                                                               arguments...);
    return buffer;
  }
};

}  // namespace kmodern::core
