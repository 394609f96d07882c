#include <fmt/core.h>
#include <fmt/format.h>

#include <cerrno>

#include "base/near.h"
#include "diagnose/diagnose.h"
#include "diagnose/parts.h"

namespace kmodern::diagnose {
namespace {

void ask_users(const UnloadFacts& facts, const kernel::LoadedModule& module, Diagnosis& diagnosis) {
  const std::string& name = facts.module;
  if (!module.holders.empty()) {
    diagnosis.push_back({fmt::format("unload {} first, or all together by `modprobe -r "
                                     "--remove-holders {}`",
                                     fmt::join(module.holders, ", "), name),
                         ""});
    return;
  }
  if (module.refcnt <= 0) return;
  bool mounted = false;
  for (const MountFact& mount : facts.mounts) {
    if (mount.type != name) continue;
    mounted = true;
    diagnosis.push_back({fmt::format("{} is mounted with it", mount.where),
                         fmt::format("`umount {}` first", mount.where)});
  }
  if (!mounted && facts.kernel.name == "linux") {
    diagnosis.push_back(
        {fmt::format("its use count is {}, and no module holds it: open files, mounts, network "
                     "interfaces or other users of its devices do",
                     module.refcnt),
         "find them with `lsof /dev/NODE`, `findmnt`, `ip link`; close them, or use `modprobe -r "
         "-w MSEC` to wait for them"});
  } else if (!mounted && !tells_more(facts.error)) {
    diagnosis.push_back({fmt::format("its use count is {}, and no module holds it: somebody has "
                                     "one of its devices open",
                                     module.refcnt),
                         "close it first"});
  }
}

}  // namespace

Diagnosis why_not_unloaded(const UnloadFacts& facts) {
  Diagnosis diagnosis;
  if (tells_more(facts.error)) diagnosis.push_back({in_its_words(facts.error), facts.error.cure});
  const kernel::LoadedModule* module = facts.kernel.find(facts.module);
  if (module == nullptr) {
    if (facts.builtin) {
      diagnosis.push_back({"it is a part of the kernel itself, and no part of it can be unloaded",
                           "its parameters can be set on the kernel command line"});
      return diagnosis;
    }
    std::vector<std::string> names;
    names.reserve(facts.kernel.loaded.size());
    for (const kernel::LoadedModule& each : facts.kernel.loaded) names.push_back(each.name);
    if (auto near = near_words(facts.module, names); !near.empty())
      diagnosis.push_back(
          {fmt::format("a loaded module has nearly that name: {}", fmt::join(near, ", ")), ""});
    if (tells_more(facts.error)) name_error(facts.error, facts.module, diagnosis);
    return diagnosis;
  }
  ask_users(facts, *module, diagnosis);
  if (module->permanent)
    diagnosis.push_back({"it has an init but no exit function: it stays until the next boot", ""});
  if (module->state == kernel::State::coming && !tells_more(facts.error))
    diagnosis.push_back({"its init function is still running, or has crashed (see dmesg)",
                         "wait, then try again; after a crash only a new start helps"});
  if (module->state == kernel::State::going && !tells_more(facts.error))
    diagnosis.push_back({"it is being unloaded already", ""});
  if (facts.error.code == EPERM && !tells_more(facts.error))
    diagnosis.push_back({"unloading needs CAP_SYS_MODULE, and modules_disabled at 0",
                         "use sudo; see /proc/sys/kernel/modules_disabled"});
  if (tells_more(facts.error)) name_error(facts.error, facts.module, diagnosis);
  return diagnosis;
}

}  // namespace kmodern::diagnose
