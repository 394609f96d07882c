// All modules of a kernel, with their states, references and holders, under one lock. No code of a
// module or of the core runs under that lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"
#include "ukernel/module.h"

namespace kmodern::ukernel {

// "(OE+)": a module's taints, then what it is about to do (+ come, - go); empty if there is nothing
// to say. module_flags() in kernel/module/main.c.
std::string flags_of(const kernel::LoadedModule& module);

// Asked now and then by what waits on behalf of a caller: true ends the wait, as a signal would.
// Empty: nobody interrupts.
using Interrupted = std::function<bool()>;

// Any thread may call anything at any time. What cannot have memory (std::bad_alloc) leaves all as
// it was.
class ModuleList {
 public:
  // Takes the name for a module that begins to load. While another one of that name comes, waits
  // for it, as add_unformed_module() in kernel/module/main.c. Errors: EEXIST if it is live; EBUSY
  // if it failed meanwhile, is going, or is pinned since it faulted; EINTR if the wait was
  // interrupted.
  Result<std::shared_ptr<Module>> reserve(const std::string& name,
                                          const Interrupted& interrupted = {});

  // The module is linked: it is shown from now on, and can be referred to by its struct module.
  void form(Module& module, const void* this_module);
  void go_live(Module& module);
  // Init has failed: nobody gets a reference any more. False if the module was pinned meanwhile.
  bool go_down(Module& module);
  // A removal that had not begun to run code is called off.
  void stay_live(Module& module);
  // Its code was abandoned: it stays for ever.
  void pin(Module& module);
  // The record goes, and with it the memory; what it used is held no longer by it. False if the
  // module was pinned meanwhile: then it stays. `by_sweep` marks what nobody holds any more as
  // JUST_FREED.
  bool remove(Module& module, bool by_sweep = false);
  void init_freed(Module& module);

  // `user` begins to use the symbols of `owner`; waits up to `patience` while the owner's init
  // runs. too_long: also for a wait that was interrupted.
  enum class Hold { held, gone, too_long, pinned };
  Hold hold(const std::string& owner, Module& user, std::chrono::milliseconds patience,
            const Interrupted& interrupted = {});

  // A module that is removed: it is going now, and nobody gets a reference any more. Errors as of
  // delete_module(2), in the order of its checks: ENOENT; EWOULDBLOCK if modules or others use it,
  // and who; EBUSY if it is not live or has no exit. `force` passes over users and a missing exit;
  // `forced` tells whether it had to.
  Result<std::shared_ptr<Module>> begin_removal(const std::string& name, bool force, bool& forced);

  // try_module_get, module_put, module_refcount. False for a module that is going, faulted or
  // unknown; put is false if there was no reference to put.
  bool get(const void* this_module, const core::Holder& holder);
  bool put(const void* this_module, const core::Holder& holder);
  int refcount(const void* this_module) const;

  // ---- For the classic interface and the sweep (classic/).

  // create_module(2): takes a record with its name and memory. EEXIST if there is one of that name.
  Result<void> add_created(std::shared_ptr<Module> module);
  // init_module(2) begins on a created module, alone. ENOENT if there is none of that name; EBUSY.
  Result<std::shared_ptr<Module>> claim(const std::string& name);
  void release(Module& module);
  // `user` depends on the module whose struct module is at `owner`; false if none that is live.
  bool depend(Module& user, const void* owner);
  // form() of a created module.
  void form_created(Module& module, std::vector<kernel::classic::Symbol> symbols,
                    std::uint64_t header);
  void let_go(Module& user);  // of all that it depends on
  // Its init has failed: it is created, and no more, again, but claimed still. False if it was
  // pinned meanwhile.
  bool go_back(Module& module);
  // delete_module(2) on a classic module: it is going now. ENOENT, EBUSY. `idle`: its can_unload
  // function said so, the count tells nothing.
  Result<std::shared_ptr<Module>> begin_classic_removal(const std::string& name, bool idle);
  // One step of the sweep: it goes (and is going now); it could have gone, and was spared for
  // VISITED, which it has no more; it stays.
  enum class Sweep { goes, spared, stays };
  Sweep sweep_one(Module& module, bool idle);
  void end_sweep();
  // The function to ask whether the module may go, if it is classic, live and has one; else 0.
  std::uintptr_t can_unload(const Module& module) const;
  // Newest first, those that are only created among them.
  std::vector<std::shared_ptr<Module>> all() const;
  std::vector<classic::Entry> entries() const;

  std::shared_ptr<Module> find(const std::string& name) const;
  // One module that is shown, with what is shown of it; nullopt: there is none.
  struct Shown {
    std::shared_ptr<Module> module;
    kernel::LoadedModule state;
  };
  std::optional<Shown> shown(std::string_view name) const;
  // Newest first; unformed modules are left out.
  std::vector<kernel::LoadedModule> snapshot() const;
  std::size_t count_shown() const;  // as many as snapshot() has
  std::vector<std::string> faulted() const;
  std::size_t size() const;

  // "NAME(TAINTS)" of the module that was removed last, for the text of an oops; empty: none.
  std::string last_unloaded() const;
  void note_unloaded(std::string text);

 private:
  using Modules = std::list<std::shared_ptr<Module>>;

  // Waits for a change. False at the deadline, and when interrupted.
  bool wait(std::unique_lock<std::mutex>& lock, std::chrono::steady_clock::time_point deadline,
            const Interrupted& interrupted);
  std::shared_ptr<Module> locked_find(std::string_view name) const;
  Module* locked_find(const void* this_module) const;
  static void tie(Module& user, Module& owner);
  void locked_let_go(Module& user, bool by_sweep);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Modules modules_;                                                  // oldest first
  std::unordered_map<std::string_view, Modules::iterator> by_name_;  // the modules' own names
  std::unordered_map<const void*, Module*> by_this_module_;          // since they are formed
  std::string last_unloaded_;
};

}  // namespace kmodern::ukernel
