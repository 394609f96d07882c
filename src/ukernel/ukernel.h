// The entry of the ukernel layer: a kernel in user space, whole. It does what kernel/module/ does
// for modules, and what they run on is a core. Its server (server.h) gives it to other processes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"
#include "kernel/taints.h"
#include "ukernel/context.h"
#include "ukernel/device.h"
#include "ukernel/request/requests.h"
#include "ukernel/view/kernel_view.h"

namespace kmodern::ukernel {

// Any thread may call anything at any time; module code runs on the calling thread, or (init and
// exit) on one of its own.
class Ukernel final : public core::Host, public kernel::classic::Calls {
 public:
  // Errors: EINVAL for a core whose functions are where modules cannot reach them.
  static Result<std::unique_ptr<Ukernel>> start(std::unique_ptr<core::Core> core,
                                                BootOptions options = {});

  // As finit_module(2); `image` may be compressed, `path` is for messages. Errors: see load() in
  // loader.h.
  Result<void> load(ByteView image, const std::string& path, const kernel::LoadOptions& options,
                    const Interrupted& interrupted = {});
  // As delete_module(2). Errors: see unload() in unload.h.
  Result<void> unload(const std::string& name, const kernel::UnloadOptions& options);
  // What is called before each unload: what programs have closed is to be released by then.
  void before_unload(std::function<void()> settle) { settle_ = std::move(settle); }
  // The calls of Linux 2.1.18 to 2.4: see classic/classic.h. Of a module that create_module() made,
  // unload() is delete_module() there.
  Result<std::uint64_t> create_module(const std::string& name, std::uint64_t size) override;
  Result<void> init_module(const std::string& name, ByteView image) override;
  Result<kernel::classic::Answer> query_module(const std::optional<std::string>& name,
                                               kernel::classic::Query query) override;
  Result<kernel::classic::Answer> get_kernel_syms() override;
  Result<std::vector<std::string>> remove_idle() override;
  Result<std::string> modules_text() override;
  Result<void> taint(std::uint64_t mask) override;

  // As /proc/modules, newest first.
  std::vector<kernel::LoadedModule> modules() const { return context_.modules.snapshot(); }
  std::optional<kernel::LoadedModule> module(std::string_view name) const {
    auto shown = context_.modules.shown(name);
    return shown ? std::optional(std::move(shown->state)) : std::nullopt;
  }
  std::vector<std::string> faulted() const { return context_.modules.faulted(); }

  // As open(2) on a file that modules have made (Node::opened), by the process `pid` named `comm`.
  Result<std::unique_ptr<Device>> open(const std::string& path, int flags, int pid,
                                       const std::string& comm);
  // See Core::use.
  Result<std::unique_ptr<Device>> use(core::Use use, int pid, const std::string& comm);
  // Whether that process may see addresses: /proc/sys/kernel/kptr_restrict.
  bool shows_addresses(int pid) const;
  // The text of any file of the view, read by that process.
  Result<std::string> read_file(const std::string& path, int pid, const std::string& comm);
  // The paths of the devices, "/dev/hello".
  std::vector<std::string> devices();

  // Who is told of modules that come and go.
  Notifiers& notifiers() { return context_.notifiers; }

  // See Core::interruptible.
  void interruptible(const std::function<bool()>& gone) { core_->interruptible(gone); }

  // What it asks for, and who loads that.
  Requests& requests() { return requests_; }

  // Its files: those in which it shows its modules, and those that modules have made.
  View& view() { return view_; }

  // /proc/sys/kernel/modules_disabled.
  bool modules_disabled() const { return context_.settings.modules_disabled(); }

  const Log& kernel_log() const { return context_.log; }
  std::string release() const { return core_->release(); }
  std::string vermagic() const { return core_->vermagic(); }
  std::string taints() const { return kernel::taint_letters(context_.taints.mask()); }
  std::size_t memory() const { return context_.memory.in_use(); }  // bytes of all modules

  // What the core asks.
  void log(int level, std::string_view text, bool continuation) override;
  bool module_get(const void* this_module, const core::Holder& holder) override;
  void module_put(const void* this_module, const core::Holder& holder) override;
  int module_refcount(const void* this_module) override;
  void oops(const core::Fault& fault) override;
  const void* module_at(std::uintptr_t address) override;
  int request_module(const core::Wanted& wanted) override;
  std::string symbolize(std::uintptr_t address) override;

 private:
  Ukernel(std::unique_ptr<core::Core> core, BootOptions options)
      : core_(std::move(core)), context_{.core = *core_, .options = std::move(options)} {}

  std::unique_ptr<core::Core> core_;
  Context context_;
  KernelView view_{context_};
  Requests requests_{context_.settings, context_.log};
  std::function<void()> settle_;
};

}  // namespace kmodern::ukernel
