// A core for tests: a handful of functions for modules, devices that are three function pointers,
// and the counts of what happened.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "ukernel/core/core.h"
#include "ukernel/parameters.h"

namespace kmodern::test {

// What modules of the tests are built against (see test_module.cc).
inline constexpr const char* vermagic = "6.1.0-test SMP mod_unload modversions ";

// Operations of a test device, in C for modules: each may be null.
struct DeviceOperations {
  int (*open)();
  long (*read)(char* to, unsigned long size);
  long (*write)(const char* from, unsigned long size);
  void (*release)();
};

class TestCore final : public core::Core {
 public:
  TestCore();
  ~TestCore() override;

  // What modules have noted by test_note(), in all.
  std::atomic<long> notes = 0;
  // How many modules' memory has gone.
  std::atomic<int> modules_gone = 0;
  // What parameters have taken and not given back.
  std::atomic<int> strings = 0;
  // What /sys/module has a folder for without a module.
  std::map<std::string, core::BuiltIn, std::less<>> built_ins;
  // test_wait() of a module returns when this opens.
  void open_gate();
  // Returns when a module waits at the gate.
  void wait_for_waiter();

  void attach(core::Host& host) override { host_ = &host; }
  std::string release() const override { return "6.1.0-test"; }
  std::string vermagic() const override { return test::vermagic; }
  static std::span<const core::Export> all_exports();
  // Those that modules' parameters name.
  static const ukernel::KernelParamOps* operations(std::string_view name);
  std::span<const core::Export> exports() const override { return all_exports(); }
  const core::BuiltIn* built_in(std::string_view name) override {
    const auto found = built_ins.find(name);
    return found != built_ins.end() ? &found->second : nullptr;
  }
  std::vector<std::string> built_in_names() override {
    std::vector<std::string> names;
    for (const auto& [name, module] : built_ins) names.push_back(name);
    return names;
  }
  core::ThisModuleLayout this_module_layout() const override { return {128, 0, 64, 72}; }
  std::string advice(std::string_view unknown_symbol) const override;
  core::CallResult call(const std::function<long()>& function) override;
  void module_gone(const void* this_module, std::span<const std::byte> memory) override;
  std::optional<std::string> symbolize(std::uintptr_t address) const override;
  std::optional<core::Node> find(const std::string& path) override;
  std::vector<std::string> list(const std::string& path) override;
  Result<std::unique_ptr<core::OpenFile>> open(const std::string& path, int flags,
                                               const core::Holder& opener) override;

  // For the exported functions.
  struct Device {
    const void* module = nullptr;
    const DeviceOperations* operations = nullptr;
  };
  core::Host& host() { return *host_; }
  void add_device(const std::string& name, Device device);
  void remove_device(const std::string& name);
  void wait_at_gate();
  void own(const char* text);
  bool owns(const char* text);  // not after this

 private:
  core::Host* host_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Device> devices_;
  std::set<const void*> texts_;
  bool gate_ = false;
  int waiting_ = 0;
};

}  // namespace kmodern::test
