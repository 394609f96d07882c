#include "ukernel/view/kernel_view.h"

#include <fmt/core.h>

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

std::unexpected<Error> to_be_opened(std::string_view path) {
  return fail(ENXIO, std::string(path), "is a module's file: it is to be opened");
}

// "/sys/module/a/b" gives "a/b"; nullopt for paths elsewhere.
std::optional<std::string_view> below_sys_module(std::string_view path) {
  if (!path.starts_with(sys_module)) return std::nullopt;
  path.remove_prefix(sys_module.size());
  if (path.empty()) return path;
  if (path.front() != '/') return std::nullopt;
  return path.substr(1);
}

// Where no code is run no device is served: those nodes are the machine's.
std::string file_of_static_nodes(const Context& context) {
  if (!runs_code(context.core)) return "";
  return fmt::format("{}/lib/modules/{}/modules.devname", context.options.root,
                     context.core.release());
}

// A folder on the way to files of its own, where others' stand too.
Node way_there() { return {.kind = Node::Kind::folder, .mode = 0555, .shared = true}; }

std::optional<std::string> name_in(std::string_view folder, std::string_view path) {
  if (folder == "/") folder = "";
  if (!path.starts_with(folder) || path.size() <= folder.size() + 1 || path[folder.size()] != '/')
    return std::nullopt;
  path.remove_prefix(folder.size() + 1);
  return std::string(path.substr(0, path.find('/')));
}

// The names in such a folder; none if it is none.
std::vector<std::string> names_on_the_way(std::string_view folder) {
  std::vector<std::string> names;
  if (auto name = name_in(folder, sys_module)) names.push_back(*name);
  for (std::string_view path : proc_paths()) {
    if (auto name = name_in(folder, path)) names.push_back(*name);
  }
  return names;
}

}  // namespace

KernelView::KernelView(Context& context)
    : context_(context), static_nodes_(file_of_static_nodes(context)) {}

bool KernelView::covers(std::string_view path) const {
  if (below_sys_module(path) || find_proc_file(path) != nullptr) return true;
  if (!path.starts_with("/dev/") && !path.starts_with("/proc/") && !path.starts_with("/sys/"))
    return false;
  // What is in a folder that a module made is the module's, or not there.
  for (std::string name(path); !name.empty(); name.erase(name.rfind('/'))) {
    auto node = context_.core.find(name);
    if (!node) continue;
    if (!node->shared) return true;
    break;
  }
  const auto node = static_nodes_.find(path);
  return node && !node->shared;
}

std::optional<Node> KernelView::find(std::string_view path) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).find(*rest);
  if (const ProcFile* file = find_proc_file(path))
    return Node{.mode = file->mode, .any_for_root = !path.starts_with("/proc/sys/")};
  if (auto node = context_.core.find(std::string(path))) return node;
  if (auto node = static_nodes_.find(path)) return node;
  if (!names_on_the_way(path).empty()) return way_there();
  return std::nullopt;
}

Result<std::string> KernelView::read(std::string_view path) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).read(*rest);
  if (const ProcFile* file = find_proc_file(path)) return file->read(context_);
  return find(path) ? to_be_opened(path) : nothing(path);
}

Result<void> KernelView::write(std::string_view path, std::string_view text) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).write(*rest, text);
  const ProcFile* file = find_proc_file(path);
  if (file == nullptr) return find(path) ? to_be_opened(path) : nothing(path);
  // proc_reg_write(): whoever could open it
  if (file->write == nullptr) return fail(EIO, std::string(path), "cannot be written");
  return file->write(context_, text);
}

std::vector<std::string> KernelView::list(std::string_view path) {
  if (auto rest = below_sys_module(path)) return SysModule(context_).list(*rest);
  std::vector<std::string> names = context_.core.list(std::string(path));
  std::ranges::move(names_on_the_way(path), std::back_inserter(names));
  std::ranges::move(static_nodes_.list(path), std::back_inserter(names));
  std::ranges::sort(names);
  const auto doubles = std::ranges::unique(names);
  names.erase(doubles.begin(), doubles.end());
  return names;
}

}  // namespace kmodern::ukernel
