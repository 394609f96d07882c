#include "ukernel/test_core.h"

#include <fmt/core.h>
#include <setjmp.h>
#include <ucontext.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "ukernel/parameters.h"

namespace kmodern::test {

namespace {

TestCore* current = nullptr;  // one at a time: exported functions know no other way to it

// ---- Faults

thread_local sigjmp_buf* escape = nullptr;
thread_local core::Fault* fault = nullptr;

void on_fault(int signal, siginfo_t* info, void* context) {
  if (escape == nullptr) {
    ::signal(signal, SIG_DFL);
    return;
  }
  const auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  auto ip = static_cast<std::uintptr_t>(registers[REG_RIP]);
  auto sp = static_cast<std::uintptr_t>(registers[REG_RSP]);
  fault->signal = signal;
  fault->address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  fault->ip = ip;
  fault->registers = {{"rsp", sp}, {"rax", registers[REG_RAX]}, {"rdi", registers[REG_RDI]}};
  fault->backtrace = {ip};
  // A jump to nowhere leaves the return address on top of the stack.
  if (ip < 4096) fault->backtrace.push_back(*reinterpret_cast<std::uintptr_t*>(sp));
  siglongjmp(*escape, 1);
}

// ---- What modules call

void test_log(const char* text) { current->host().log(6, text, false); }
void test_note(long amount) { current->notes += amount; }
int test_get(const void* module) { return current->host().module_get(module, {}) ? 1 : 0; }
void test_put(const void* module) { current->host().module_put(module, {}); }
void test_wait() { current->wait_at_gate(); }
int test_gpl() { return 7; }
int test_spaced() { return 8; }
int test_register(const void* module, const char* name, const DeviceOperations* operations) {
  current->add_device(name, {module, operations});
  return 0;
}
void test_unregister(const char* name) { current->remove_device(name); }

int set_int(const char* value, const ukernel::KernelParam* param) {
  char* end = nullptr;
  long number = std::strtol(value, &end, 0);
  if (end == value || *end != 0) return -EINVAL;
  *static_cast<int*>(param->argument) = static_cast<int>(number);
  return 0;
}
int set_text(const char* value, const ukernel::KernelParam* param) {
  std::unique_ptr<char, decltype(&::free)> copy(::strdup(value), ::free);
  current->own(copy.get());
  ++current->strings;
  *static_cast<char**>(param->argument) = copy.release();
  return 0;
}
void free_text(void* argument) {
  char*& text = *static_cast<char**>(argument);
  if (!current->owns(text)) return;  // a default is the module's own
  ::free(text);
  text = nullptr;
  --current->strings;
}
int get_int(char* buffer, const ukernel::KernelParam* param) {
  return std::snprintf(buffer, 4096, "%d\n", *static_cast<int*>(param->argument));
}
const ukernel::KernelParamOps param_ops_int = {0, set_int, get_int, nullptr};
const ukernel::KernelParamOps param_ops_text = {0, set_text, nullptr, free_text};
int module_layout = 0;

template <typename T>
std::uintptr_t address_of(T& what) {
  return reinterpret_cast<std::uintptr_t>(&what);
}

// ---- Devices

class TestFile final : public core::OpenFile {
 public:
  TestFile(TestCore& core, TestCore::Device device, core::Holder opener)
      : core_(core), device_(device), opener_(std::move(opener)) {}
  ~TestFile() override { (void)close(); }

  core::CallResult read(std::span<std::byte> to) override {
    return core_.call([&]() -> long {
      return device_.operations->read == nullptr
                 ? -EINVAL
                 : device_.operations->read(reinterpret_cast<char*>(to.data()), to.size());
    });
  }
  core::CallResult write(std::span<const std::byte> from) override {
    return core_.call([&]() -> long {
      return device_.operations->write == nullptr
                 ? -EINVAL
                 : device_.operations->write(reinterpret_cast<const char*>(from.data()),
                                             from.size());
    });
  }
  core::CallResult read_at(std::span<std::byte>, std::int64_t) override { return -ESPIPE; }
  core::CallResult write_at(std::span<const std::byte>, std::int64_t) override { return -ESPIPE; }
  core::CallResult seek(long, int) override { return -ESPIPE; }
  core::CallResult ioctl(unsigned, unsigned long, std::span<std::byte>) override { return -ENOTTY; }
  core::CallResult close() override {
    if (closed_) return 0;
    closed_ = true;
    auto result = core_.call([&]() -> long {
      if (device_.operations->release != nullptr) device_.operations->release();
      return 0;
    });
    core_.host().module_put(device_.module, opener_);
    return result;
  }

 private:
  TestCore& core_;
  TestCore::Device device_;
  core::Holder opener_;
  bool closed_ = false;
};

}  // namespace

TestCore::TestCore() {
  current = this;
  struct sigaction action{};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) ::sigaction(signal, &action, nullptr);
}

TestCore::~TestCore() { current = nullptr; }

std::span<const core::Export> TestCore::all_exports() {
  static const std::array all = {
      core::Export{"test_log", address_of(test_log), 0x1001, false, ""},
      core::Export{"test_note", address_of(test_note), 0x1002, false, ""},
      core::Export{"test_get", address_of(test_get), 0x1003, false, ""},
      core::Export{"test_put", address_of(test_put), 0x1004, false, ""},
      core::Export{"test_wait", address_of(test_wait), 0x1005, false, ""},
      core::Export{"test_gpl", address_of(test_gpl), 0x1006, true, ""},
      core::Export{"test_spaced", address_of(test_spaced), 0x1007, false, "TEST_SPACE"},
      core::Export{"test_register", address_of(test_register), 0x1008, false, ""},
      core::Export{"test_unregister", address_of(test_unregister), 0x1009, false, ""},
      core::Export{"param_ops_int", address_of(param_ops_int), 0x100a, false, ""},
      core::Export{"param_ops_text", address_of(param_ops_text), 0x100b, false, ""},
      core::Export{"module_layout", address_of(module_layout), 0x1000, false, ""},
  };
  return all;
}

const ukernel::KernelParamOps* TestCore::operations(std::string_view name) {
  for (const core::Export& one : all_exports()) {
    if (one.name == name) return reinterpret_cast<const ukernel::KernelParamOps*>(one.address);
  }
  return nullptr;
}

std::string TestCore::advice(std::string_view unknown_symbol) const {
  return unknown_symbol == "printf" ? "that is a C library function; in a module use printk" : "";
}

core::CallResult TestCore::call(const std::function<long()>& function) {
  sigjmp_buf here;
  core::Fault happened;
  sigjmp_buf* outer = escape;
  core::Fault* outer_fault = fault;
  core::CallResult result = 0;
  if (sigsetjmp(here, 1) == 0) {
    escape = &here;
    fault = &happened;
    result = function();
  } else {
    result = std::unexpected(happened);
  }
  escape = outer;
  fault = outer_fault;
  return result;
}

void TestCore::module_gone(const void* this_module, std::span<const std::byte>) {
  std::lock_guard lock(mutex_);
  ++modules_gone;
  std::erase_if(devices_, [&](const auto& one) { return one.second.module == this_module; });
}

std::optional<std::string> TestCore::symbolize(std::uintptr_t address) const {
  for (const core::Export& one : exports()) {
    if (address >= one.address && address - one.address < 64)
      return fmt::format("{}+{:#x}/0x40", one.name, address - one.address);
  }
  return std::nullopt;
}

std::optional<core::Node> TestCore::find(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (path == "/dev") return core::Node{.kind = core::Node::Kind::folder, .shared = true};
  if (!path.starts_with("/dev/") || !devices_.contains(path.substr(5))) return std::nullopt;
  return core::Node{
      .kind = core::Node::Kind::character, .mode = 0600, .major = 240, .opened = true};
}

std::vector<std::string> TestCore::list(const std::string& path) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  if (path != "/dev") return names;
  for (const auto& [name, device] : devices_) names.push_back(name);
  return names;
}

Result<std::unique_ptr<core::OpenFile>> TestCore::open(const std::string& path, int,
                                                       const core::Holder& opener) {
  Device device;
  {
    std::lock_guard lock(mutex_);
    auto found = path.starts_with("/dev/") ? devices_.find(path.substr(5)) : devices_.end();
    if (found == devices_.end()) return fail(ENOENT, path, "there is no such device");
    device = found->second;
  }
  if (!host_->module_get(device.module, opener))
    return fail(ENXIO, path, "the module behind it is going");
  auto opened = call(
      [&]() -> long { return device.operations->open == nullptr ? 0 : device.operations->open(); });
  if (opened && *opened == 0) return std::make_unique<TestFile>(*this, device, opener);
  host_->module_put(device.module, opener);
  if (opened) return fail_errno(static_cast<int>(-*opened), path, "cannot open");
  host_->oops(opened.error());
  return fail(EFAULT, path, "its open faulted");
}

void TestCore::add_device(const std::string& name, Device device) {
  std::lock_guard lock(mutex_);
  devices_[name] = device;
}

void TestCore::remove_device(const std::string& name) {
  std::lock_guard lock(mutex_);
  devices_.erase(name);
}

void TestCore::own(const char* text) {
  std::lock_guard lock(mutex_);
  texts_.insert(text);
}

bool TestCore::owns(const char* text) {
  std::lock_guard lock(mutex_);
  return texts_.erase(text) != 0;
}

void TestCore::wait_at_gate() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return gate_; });
}

void TestCore::open_gate() {
  std::lock_guard lock(mutex_);
  gate_ = true;
  changed_.notify_all();
}

void TestCore::wait_for_waiter() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_ > 0; });
}

}  // namespace kmodern::test
