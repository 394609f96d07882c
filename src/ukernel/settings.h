// What /proc/sys/kernel says of modules, and lets be set.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace kmodern::ukernel {

// Any thread may call anything at any time.
class Settings {
 public:
  // modules_disabled: once set, nothing is loaded or unloaded any more, and it stays set.
  bool modules_disabled() const { return modules_disabled_; }
  void disable_modules() { modules_disabled_ = true; }

  // kptr_restrict: 2 hides addresses from everyone, else who has CAP_SYSLOG sees them.
  int kptr_restrict() const { return kptr_restrict_; }
  void set_kptr_restrict(int level) { kptr_restrict_ = level; }

  // modprobe: the program that request_module runs; empty: none.
  std::string modprobe() const {
    std::lock_guard lock(mutex_);
    return modprobe_;
  }
  void set_modprobe(std::string path) {
    std::lock_guard lock(mutex_);
    modprobe_ = std::move(path);
  }

  // modprobe_options: what stands between its path and the name, words; "-q --" as Linux since 2.6
  // has it, "-s -k --" as 2.2 and 2.4.
  std::string modprobe_options() const {
    std::lock_guard lock(mutex_);
    return modprobe_options_;
  }
  void set_modprobe_options(std::string words) {
    std::lock_guard lock(mutex_);
    modprobe_options_ = std::move(words);
  }

  // modprobe_timeout: how long it, or the daemon's answer, may take; 0: as long as it likes.
  std::chrono::seconds modprobe_timeout() const {
    return std::chrono::seconds(modprobe_timeout_.load());
  }
  void set_modprobe_timeout(std::chrono::seconds limit) {
    modprobe_timeout_ = static_cast<unsigned>(limit.count());
  }

  // module_loader: who gets the requests: the program always, or the daemon while there is one.
  enum class Loader : std::uint8_t { modprobe, kerneld };
  Loader module_loader() const { return module_loader_; }
  void set_module_loader(Loader loader) { module_loader_ = loader; }

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
  std::atomic<int> kptr_restrict_ = 0;
  mutable std::mutex mutex_;
  std::string modprobe_ = "/sbin/modprobe";
  std::string modprobe_options_ = "-q --";
  std::atomic<unsigned> modprobe_timeout_ = 120;  // seconds
  std::atomic<Loader> module_loader_ = Loader::kerneld;
  std::array<int, 4> printk_ = {4, 4, 1, 7};
};

}  // namespace kmodern::ukernel
