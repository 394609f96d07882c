#include "kernel/record/record.h"

#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace kmodern::kernel {

std::string Action::command() const {
  if (kind == Kind::unload) return "rmmod " + subject;
  return "insmod " + subject + (parameters.empty() ? "" : " " + parameters);
}

void RecordKernel::note(Action action) {
  actions_.push_back(std::move(action));
  if (listener_) listener_(actions_.back());
}

Result<std::string> RecordKernel::release() {
  if (!release_.empty()) return release_;
  struct utsname names;
  if (::uname(&names) != 0) return fail_errno(errno, "uname", "cannot read the release");
  return std::string(names.release);
}

Result<void> RecordKernel::load(const std::string& path, const LoadOptions& options) {
  std::string module_name = module_name_of_path(path).value_or(path.substr(path.rfind('/') + 1));
  TRY(auto present, module(module_name));
  if (present) return fail(EEXIST, module_name, "is already loaded");
  note({Action::Kind::load, path, options.parameters,
        options.ignore_modversions || options.ignore_vermagic});
  LoadedModule loaded;
  loaded.name = module_name;
  loaded_.insert(loaded_.begin(), std::move(loaded));
  return {};
}

Result<void> RecordKernel::unload(const std::string& name, const UnloadOptions& options) {
  auto found = std::find_if(loaded_.begin(), loaded_.end(),
                            [&](const LoadedModule& each) { return each.name == name; });
  if (found == loaded_.end()) return fail(ENOENT, name, "is not loaded");
  if (!found->holders.empty() || (found->refcnt > 0 && !options.force))
    return fail(EWOULDBLOCK, name, "is in use");
  note({Action::Kind::unload, name, {}, options.force});
  loaded_.erase(found);
  for (LoadedModule& other : loaded_) {
    if (std::erase(other.holders, name) > 0 && other.refcnt > 0) --other.refcnt;
  }
  return {};
}

Result<std::optional<LoadedModule>> RecordKernel::module(const std::string& name) {
  for (const LoadedModule& each : loaded_) {
    if (each.name == name) return each;
  }
  return std::nullopt;
}

}  // namespace kmodern::kernel
