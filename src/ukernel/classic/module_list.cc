// What the classic interface needs of the ModuleList: its second file.
#include "ukernel/module_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <numeric>

namespace kmodern::ukernel {

namespace flag = kernel::classic;

namespace {

// As Linux 2.4 counts: references of code and of open files. Modules that use its symbols are not
// among them, they are its refs.
long usecount(const Module& module) {
  long count = std::accumulate(module.users.begin(), module.users.end(), 0L,
                               [](long sum, const Use& use) { return sum + use.count; });
  if (module.classic) return count + module.classic->usecount();
  return count + (module.state == State::coming ? 1 : 0);
}

std::uint64_t state_flags(const Module& module) {
  switch (module.state == State::faulted ? module.faulted_in : module.state) {
    case State::coming:
      return flag::initializing;
    case State::going:
      return flag::running | flag::deleted;
    default:
      return flag::running;
  }
}

classic::Entry entry_of(const Module& module) {
  classic::Entry entry;
  entry.name = module.name;
  entry.info.address = reinterpret_cast<std::uint64_t>(module.this_module);
  entry.info.size = module.classic ? module.classic->size : module.core_size + module.init_size;
  entry.is_classic = module.classic != nullptr;
  for (const Tie& tie : module.uses) entry.deps.insert(entry.deps.begin(), tie.owner);
  entry.refs.assign(module.holders.begin(), module.holders.end());
  // Of a created module the header may just be written.
  if (module.state == State::unformed) return entry;
  entry.info.flags = (module.marks.value() & Marks::all) | state_flags(module);
  entry.info.usecount = usecount(module);
  if (module.classic) {
    if (module.classic->can_unload() != 0) entry.info.usecount = -1;
    entry.symbols = module.classic->symbols;
  }
  return entry;
}

}  // namespace

Result<void> ModuleList::add_created(std::shared_ptr<Module> module) {
  std::lock_guard lock(mutex_);
  if (locked_find(module->name) != nullptr)
    return fail(EEXIST, module->name, "there is a module of this name");
  Modules one;
  one.push_back(std::move(module));
  by_name_.emplace(one.back()->name, one.begin());
  modules_.splice(modules_.end(), one);
  return {};
}

Result<std::shared_ptr<Module>> ModuleList::claim(const std::string& name) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<Module> module = locked_find(name);
  if (module == nullptr || !module->classic)
    return fail(ENOENT, name, "was not created by create_module");
  if (module->state != State::unformed || module->classic->claimed)
    return fail(EBUSY, name, "is initialized already, or just being so");
  module->classic->claimed = true;
  return module;
}

void ModuleList::release(Module& module) {
  std::lock_guard lock(mutex_);
  module.classic->claimed = false;
}

bool ModuleList::depend(Module& user, const void* owner) {
  std::lock_guard lock(mutex_);
  Module* module = locked_find(owner);
  if (module == nullptr || module == &user || module->state != State::live) return false;
  if (std::ranges::find(user.uses, module->name, &Tie::owner) == user.uses.end())
    tie(user, *module);
  return true;
}

void ModuleList::form_created(Module& module, std::vector<kernel::classic::Symbol> symbols,
                              std::uint64_t header) {
  std::lock_guard lock(mutex_);
  by_this_module_[module.this_module] = &module;
  module.state = State::coming;
  module.classic->symbols = std::move(symbols);
  module.classic->header = header;
  changed_.notify_all();
}

void ModuleList::let_go(Module& user) {
  std::lock_guard lock(mutex_);
  locked_let_go(user, false);
}

bool ModuleList::go_back(Module& module) {
  std::lock_guard lock(mutex_);
  if (module.state == State::faulted) return false;
  module.state = State::unformed;
  module.init = module.exit = 0;
  module.classic->symbols.clear();
  module.classic->header = 0;
  by_this_module_.erase(module.this_module);
  changed_.notify_all();
  return true;
}

Result<std::shared_ptr<Module>> ModuleList::begin_classic_removal(const std::string& name,
                                                                  bool idle) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<Module> module = locked_find(name);
  if (module == nullptr || !module->classic) return fail(ENOENT, name, "is not loaded");
  if (!module->holders.empty()) {
    std::string holders = fmt::format("{}", fmt::join(module->holders, ", "));
    return fail(EBUSY, name, "is used by " + holders, "remove first what uses it: " + holders);
  }
  if (module->state == State::faulted)
    return fail(EBUSY, name, "it faulted and is pinned", "stop the kernel, and start it anew");
  const bool created = module->state == State::unformed && !module->classic->claimed;
  if (!created && module->state != State::live)
    return fail(EBUSY, name, "it is just being initialized, or removed", "try again later");
  if (!idle && usecount(*module) != 0)
    return fail(EBUSY, name, fmt::format("is in use: its count is {}", usecount(*module)),
                "end that use first");
  module->state = State::going;
  module->marks.set(flag::deleted);
  changed_.notify_all();
  return module;
}

ModuleList::Sweep ModuleList::sweep_one(Module& module, bool idle) {
  std::lock_guard lock(mutex_);
  if (locked_find(module.name).get() != &module) return Sweep::stays;  // gone
  const bool could_go = module.state == State::live && module.holders.empty() &&
                        module.marks.has(flag::autoclean) && module.marks.has(flag::used_once) &&
                        !module.permanent() && (idle || usecount(module) == 0);
  if (!could_go) return Sweep::stays;
  if (module.marks.has(flag::visited) && !module.marks.has(flag::just_freed)) {
    module.marks.clear(flag::visited);
    return Sweep::spared;
  }
  module.state = State::going;
  if (module.classic) module.marks.set(flag::deleted);
  changed_.notify_all();
  return Sweep::goes;
}

void ModuleList::end_sweep() {
  std::lock_guard lock(mutex_);
  for (const auto& module : modules_) {
    if (module->state == State::live) module->marks.clear(flag::just_freed);
  }
}

std::uintptr_t ModuleList::can_unload(const Module& module) const {
  std::lock_guard lock(mutex_);
  return module.classic && module.state == State::live ? module.classic->can_unload() : 0;
}

std::vector<std::shared_ptr<Module>> ModuleList::all() const {
  std::lock_guard lock(mutex_);
  return {modules_.rbegin(), modules_.rend()};
}

std::vector<classic::Entry> ModuleList::entries() const {
  std::lock_guard lock(mutex_);
  std::vector<classic::Entry> result;
  for (auto it = modules_.rbegin(); it != modules_.rend(); ++it) {
    if ((*it)->state != State::unformed || (*it)->classic) result.push_back(entry_of(**it));
  }
  return result;
}

}  // namespace kmodern::ukernel
