#include "ukernel/core/native/native.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>

#include "module/advice.h"
#include "ukernel/core/native/api/fs/files.h"
#include "ukernel/core/native/api/kernel/about.h"
#include "ukernel/core/native/api/kernel/module_events.h"
#include "ukernel/core/native/exports.h"
#include "ukernel/core/native/open_file.h"
#include "ukernel/core/native/own_symbols.h"
#include "ukernel/core/native/platform/guard.h"
#include "ukernel/core/native/platform/owned.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

namespace {

class NativeCore final : public Core {
 public:
  NativeCore() : exports_(api_exports()) {}

  void attach(Host& host) override {
    set_host(&host);
    install_guard();
  }

  std::string release() const override { return api_release; }
  std::string vermagic() const override { return api_vermagic; }
  std::span<const Export> exports() const override { return exports_; }
  ThisModuleLayout this_module_layout() const override {
    return {.size = api_module_layout.size,
            .name = api_module_layout.name,
            .init = api_module_layout.init,
            .exit = api_module_layout.exit};
  }
  std::string advice(std::string_view symbol) const override {
    return module::symbol_advice(symbol);
  }

  CallResult call(const std::function<long()>& function) override { return guarded_call(function); }

  void interruptible(const std::function<bool()>& gone) override { set_interrupt(gone); }
  CallResult tell(ModuleEvent event, const void* this_module) override {
    return guarded_call(
        [=] { return kapi_module_event(static_cast<unsigned long>(event), this_module); });
  }
  void init_gone(const void* this_module) override { name_owned_places(this_module); }
  Leftovers clean_up(const void* this_module) override { return take_away_owned(this_module); }
  void module_gone(const void*, std::span<const std::byte> memory) override {
    files_forget(memory.data(), memory.size());
  }

  std::optional<std::string> symbolize(std::uintptr_t address) const override {
    return own_symbol(address);
  }

  std::optional<Node> find(const std::string& path) override { return find_file(path); }

  std::vector<std::string> list(const std::string& path) override {
    std::vector<std::string> names;
    files_list(
        path.c_str(),
        [](void* to, const char* name) {
          static_cast<std::vector<std::string>*>(to)->emplace_back(name);
        },
        &names);
    return names;
  }

  Result<std::unique_ptr<OpenFile>> open(const std::string& path, int flags,
                                         const Holder& opener) override {
    return open_file(path, flags, opener);
  }

  Result<std::unique_ptr<OpenFile>> use(Use use, const Holder& user) override {
    return open_use(std::move(use), user);
  }

 private:
  std::vector<Export> exports_;
};

}  // namespace

std::unique_ptr<Core> make_native_core() { return std::make_unique<NativeCore>(); }

}  // namespace kmodern::core
