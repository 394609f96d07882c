// What /proc/sys/kernel says of modules, and lets be set.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <string>

namespace kmodern::ukernel {

// Any thread may call anything at any time.
class Settings {
 public:
  // modules_disabled: once set, nothing is loaded or unloaded any more, and it stays set.
  bool modules_disabled() const { return modules_disabled_; }
  void disable_modules() { modules_disabled_ = true; }

  // modprobe: the program that request_module runs; empty: none.
  std::string modprobe() const {
    std::lock_guard lock(mutex_);
    return modprobe_;
  }
  void set_modprobe(std::string path) {
    std::lock_guard lock(mutex_);
    modprobe_ = std::move(path);
  }

  // printk: the console's level, the default for messages, the console's minimum, its default.
  std::array<int, 4> printk() const {
    std::lock_guard lock(mutex_);
    return printk_;
  }
  void set_printk(const std::array<int, 4>& levels) {
    std::lock_guard lock(mutex_);
    printk_ = levels;
  }

 private:
  std::atomic<bool> modules_disabled_ = false;
  mutable std::mutex mutex_;
  std::string modprobe_ = "/sbin/modprobe";
  std::array<int, 4> printk_ = {4, 4, 1, 7};
};

}  // namespace kmodern::ukernel
