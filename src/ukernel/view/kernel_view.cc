#include "ukernel/view/kernel_view.h"

#include <algorithm>
#include <cerrno>

#include "ukernel/view/proc_files.h"
#include "ukernel/view/sys_module.h"

namespace kmodern::ukernel {

namespace {

constexpr std::string_view sys_module = "/sys/module";

std::unexpected<Error> nothing(std::string_view path) {
  return fail(ENOENT, std::string(path), "is not there");
}

// "/sys/module/a/b" gives "a/b"; nullopt for paths elsewhere.
std::optional<std::string_view> below_sys_module(std::string_view path) {
  if (!path.starts_with(sys_module)) return std::nullopt;
  path.remove_prefix(sys_module.size());
  if (path.empty()) return path;
  if (path.front() != '/') return std::nullopt;
  return path.substr(1);
}

}  // namespace

bool KernelView::covers(std::string_view path) const {
  return below_sys_module(path).has_value() || find_proc_file(path) != nullptr;
}

std::optional<Node> KernelView::find(std::string_view path) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).find(*rest);
  if (const ProcFile* file = find_proc_file(path)) return Node{.mode = file->mode};
  return std::nullopt;
}

Result<std::string> KernelView::read(std::string_view path) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).read(*rest);
  if (const ProcFile* file = find_proc_file(path)) return file->read(context_);
  return nothing(path);
}

Result<void> KernelView::write(std::string_view path, std::string_view text) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).write(*rest, text);
  const ProcFile* file = find_proc_file(path);
  if (file == nullptr) return nothing(path);
  if (file->write == nullptr) return fail(EACCES, std::string(path), "cannot be written");
  return file->write(context_, text);
}

std::vector<std::string> KernelView::list(std::string_view path) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).list(*rest);
  return {};
}

}  // namespace kmodern::ukernel
