#include "ukernel/module_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <ranges>

#include "kernel/taints.h"

namespace kmodern::ukernel {

namespace {

// How often a wait asks whether it is interrupted.
constexpr auto between_questions = std::chrono::milliseconds(100);

const char* const restart_cure =
    "its memory may still be in use: `kmodern kernel stop` and `start` give a fresh kernel";

// References of all kinds, as /proc/modules shows them.
long references(const Module& module) {
  long count = static_cast<long>(module.holders.size());
  for (const Use& use : module.users) count += use.count;
  if (module.classic) return count + module.classic->usecount();
  return count + (module.state == State::coming ? 1 : 0);
}

std::string describe(const Use& use) {
  std::string text = use.holder.what.empty() ? "a reference of module code" : use.holder.what;
  if (use.holder.pid != 0) text += fmt::format(" by pid {} ({})", use.holder.pid, use.holder.comm);
  if (use.count > 1) text += fmt::format(", {} times", use.count);
  return text;
}

std::string describe(const std::vector<Use>& users) {
  std::string text;
  for (const Use& use : users) text += (text.empty() ? "" : "; ") + describe(use);
  return text;
}

bool same(const core::Holder& a, const core::Holder& b) {
  return a.what == b.what && a.pid == b.pid && a.comm == b.comm;
}

const char* where(State state) {
  switch (state) {
    case State::coming:
      return "during its init";
    case State::going:
      return "during its exit";
    default:
      return "while it was live";
  }
}

std::unexpected<Error> pinned(const Module& module) {
  return fail(EBUSY, module.name,
              fmt::format("it faulted {} and is pinned", where(module.faulted_in)), restart_cure);
}

kernel::State shown_state(const Module& module) {
  switch (module.state == State::faulted ? module.faulted_in : module.state) {
    case State::coming:
      return kernel::State::coming;
    case State::going:
      return kernel::State::going;
    default:
      return kernel::State::live;
  }
}

kernel::LoadedModule line_of(const Module& module) {
  kernel::LoadedModule line;
  line.name = module.name;
  line.size = module.core_size + module.init_size;
  line.refcnt = references(module);
  line.holders.assign(module.holders.begin(), module.holders.end());
  line.permanent = module.permanent();
  line.state = shown_state(module);
  line.address = module.address;
  line.taints = kernel::taint_letters(module.taints.mask());
  return line;
}

}  // namespace

std::string flags_of(const kernel::LoadedModule& module) {
  std::string inside = module.taints;
  if (module.state == kernel::State::going) inside += '-';
  if (module.state == kernel::State::coming) inside += '+';
  return inside.empty() ? "" : "(" + inside + ")";
}

std::shared_ptr<Module> ModuleList::locked_find(std::string_view name) const {
  auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : *found->second;
}

Module* ModuleList::locked_find(const void* this_module) const {
  if (this_module == nullptr) return nullptr;
  auto found = by_this_module_.find(this_module);
  return found == by_this_module_.end() ? nullptr : found->second;
}

bool ModuleList::wait(std::unique_lock<std::mutex>& lock,
                      std::chrono::steady_clock::time_point deadline,
                      const Interrupted& interrupted) {
  const auto now = std::chrono::steady_clock::now();
  if (now >= deadline || (interrupted && interrupted())) return false;
  changed_.wait_until(lock, interrupted ? std::min(deadline, now + between_questions) : deadline);
  return true;
}

Result<std::shared_ptr<Module>> ModuleList::reserve(const std::string& name,
                                                    const Interrupted& interrupted) {
  constexpr auto without_end = std::chrono::steady_clock::time_point::max();
  std::unique_lock lock(mutex_);
  bool waited = false;
  while (std::shared_ptr<Module> other = locked_find(name)) {
    if (other->state == State::live) return fail(EEXIST, name, "a module of this name is loaded");
    if (other->state == State::faulted) return pinned(*other);
    if (other->state == State::unformed && other->classic) {
      return fail(EEXIST, name, "a module of this name was created and not initialized",
                  fmt::format("`rmmod {}` takes it away", name));
    }
    if (other->state == State::going) {
      return fail(EBUSY, name, "a module of this name is just being removed",
                  "try again when it is gone");
    }
    waited = true;
    if (!wait(lock, without_end, interrupted))
      return fail(EINTR, name, "the caller was interrupted while another load of it ran");
  }
  if (waited) {
    return fail(EBUSY, name, "another load of it, at the same time, has failed",
                "see why with `kmodern dmesg`");
  }
  Modules one;
  one.push_back(std::make_shared<Module>(name));
  by_name_.emplace(one.back()->name, one.begin());
  modules_.splice(modules_.end(), one);
  return modules_.back();
}

void ModuleList::form(Module& module, const void* this_module) {
  std::lock_guard lock(mutex_);
  by_this_module_[this_module] = &module;
  module.this_module = this_module;
  module.state = State::coming;
  changed_.notify_all();
}

void ModuleList::go_live(Module& module) {
  std::lock_guard lock(mutex_);
  // It may have been pinned in the meantime: another thread can have faulted in its code.
  if (module.state == State::coming) module.state = State::live;
  changed_.notify_all();
}

bool ModuleList::go_down(Module& module) {
  std::lock_guard lock(mutex_);
  if (module.state == State::faulted) return false;
  module.state = State::going;
  changed_.notify_all();
  return true;
}

void ModuleList::stay_live(Module& module) {
  std::lock_guard lock(mutex_);
  module.state = State::live;
  changed_.notify_all();
}

void ModuleList::pin(Module& module) {
  std::lock_guard lock(mutex_);
  if (module.state == State::faulted) return;
  module.faulted_in = module.state;
  module.state = State::faulted;
  changed_.notify_all();
}

bool ModuleList::remove(Module& module, bool by_sweep) {
  std::lock_guard lock(mutex_);
  if (module.state == State::faulted) return false;
  locked_let_go(module, by_sweep);
  by_this_module_.erase(module.this_module);
  auto found = by_name_.find(module.name);
  auto place = found->second;
  by_name_.erase(found);
  modules_.erase(place);
  changed_.notify_all();
  return true;
}

void ModuleList::tie(Module& user, Module& owner) {
  std::list<std::string> holder{user.name};
  user.uses.push_front({owner.name, holder.begin()});
  owner.holders.splice(owner.holders.begin(), holder);  // as add_module_usage()
  owner.marks.set(kernel::classic::used_once);
}

void ModuleList::locked_let_go(Module& user, bool by_sweep) {
  for (const Tie& tie : user.uses) {
    auto owner = locked_find(tie.owner);
    if (owner == nullptr) continue;
    owner->holders.erase(tie.holder);
    if (by_sweep && owner->holders.empty()) owner->marks.set(kernel::classic::just_freed);
  }
  user.uses.clear();
}

void ModuleList::init_freed(Module& module) {
  std::lock_guard lock(mutex_);
  module.init_size = 0;
}

ModuleList::Hold ModuleList::hold(const std::string& owner, Module& user,
                                  std::chrono::milliseconds patience,
                                  const Interrupted& interrupted) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  while (true) {
    std::shared_ptr<Module> module = locked_find(owner);
    if (module == nullptr || module->state == State::going) return Hold::gone;
    if (module->state == State::unformed && module->classic) return Hold::gone;
    if (module->state == State::faulted) return Hold::pinned;
    if (std::ranges::find(user.uses, owner, &Tie::owner) != user.uses.end()) return Hold::held;
    if (module->state == State::live) {
      tie(user, *module);
      return Hold::held;
    }
    if (!wait(lock, deadline, interrupted)) return Hold::too_long;
  }
}

Result<std::shared_ptr<Module>> ModuleList::begin_removal(const std::string& name, bool force,
                                                          bool& forced) {
  std::lock_guard lock(mutex_);
  forced = false;
  std::shared_ptr<Module> module = locked_find(name);
  if (module == nullptr || module->state == State::unformed)
    return fail(ENOENT, name, "is not loaded", "`kmodern lsmod` shows what is");
  if (!module->holders.empty()) {
    std::string holders = fmt::format("{}", fmt::join(module->holders, ", "));
    return fail(EWOULDBLOCK, name, "is used by " + holders,
                "remove first what uses it: " + holders);
  }
  if (module->state == State::faulted) return pinned(*module);
  if (module->state != State::live) {
    return fail(EBUSY, name,
                module->state == State::coming ? "its init has not returned yet"
                                               : "is being removed already",
                "try again later");
  }
  if (module->permanent()) {
    if (!force) {
      return fail(EBUSY, name, "has an init but no exit: it cannot be removed",
                  "give it a module_exit function, or force the removal");
    }
    forced = true;
  }
  if (references(*module) > 0) {
    if (!force) {
      return fail(EWOULDBLOCK, name, "is in use: " + describe(module->users), "end that use first");
    }
    forced = true;
  }
  module->state = State::going;
  return module;
}

bool ModuleList::get(const void* this_module, const core::Holder& holder) {
  std::lock_guard lock(mutex_);
  Module* module = locked_find(this_module);
  if (module == nullptr || (module->state != State::live && module->state != State::coming))
    return false;
  module->marks.set(kernel::classic::visited | kernel::classic::used_once);
  auto use =
      std::ranges::find_if(module->users, [&](const Use& u) { return same(u.holder, holder); });
  if (use == module->users.end())
    module->users.push_back({holder, 1});
  else
    ++use->count;
  return true;
}

bool ModuleList::put(const void* this_module, const core::Holder& holder) {
  std::lock_guard lock(mutex_);
  Module* module = locked_find(this_module);
  if (module == nullptr || module->users.empty()) return false;
  module->marks.set(kernel::classic::visited);
  auto use =
      std::ranges::find_if(module->users, [&](const Use& u) { return same(u.holder, holder); });
  // A reference may be handed on and put by another one than got it: the count is what matters.
  if (use == module->users.end()) use = std::prev(module->users.end());
  if (--use->count == 0) module->users.erase(use);
  return true;
}

int ModuleList::refcount(const void* this_module) const {
  std::lock_guard lock(mutex_);
  const Module* module = locked_find(this_module);
  return module == nullptr ? 0 : static_cast<int>(references(*module));
}

std::shared_ptr<Module> ModuleList::find(const std::string& name) const {
  std::lock_guard lock(mutex_);
  return locked_find(name);
}

std::vector<kernel::LoadedModule> ModuleList::snapshot() const {
  std::lock_guard lock(mutex_);
  std::vector<kernel::LoadedModule> all;
  for (const auto& module : modules_ | std::views::reverse) {
    if (module->state != State::unformed) all.push_back(line_of(*module));
  }
  return all;
}

std::optional<ModuleList::Shown> ModuleList::shown(std::string_view name) const {
  std::lock_guard lock(mutex_);
  auto module = locked_find(name);
  if (module == nullptr || module->state == State::unformed) return std::nullopt;
  return Shown{module, line_of(*module)};
}

std::size_t ModuleList::count_shown() const {
  std::lock_guard lock(mutex_);
  return by_this_module_.size();
}

std::vector<std::string> ModuleList::faulted() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& module : modules_) {
    if (module->state == State::faulted) names.push_back(module->name);
  }
  return names;
}

std::size_t ModuleList::size() const {
  std::lock_guard lock(mutex_);
  return modules_.size();
}

std::string ModuleList::last_unloaded() const {
  std::lock_guard lock(mutex_);
  return last_unloaded_;
}

void ModuleList::note_unloaded(std::string text) {
  std::lock_guard lock(mutex_);
  last_unloaded_ = std::move(text);
}

}  // namespace kmodern::ukernel
