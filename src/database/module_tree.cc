#include "database/module_tree.h"

#include <dirent.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <ranges>
#include <unordered_map>

#include "base/text.h"

namespace kmodern::database {

namespace {

using config::DepmodConfig;
using config::SearchPlace;

bool later(const timespec& left, const timespec& right) {
  return left.tv_sec != right.tv_sec ? left.tv_sec > right.tv_sec : left.tv_nsec > right.tv_nsec;
}

// True if path lies in the folder, at any depth.
bool lies_in(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::string_view without_compression_suffix(std::string_view path) {
  for (std::string_view suffix : {".gz", ".xz", ".zst"}) {
    if (path.ends_with(suffix)) return path.substr(0, path.size() - suffix.size());
  }
  return path;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Walks one tree, folder by folder, and hands over every module file.
class FolderWalk {
 public:
  FolderWalk(const DepmodConfig& config, bool with_times, ModuleTree& tree)
      : config_(config), with_times_(with_times), tree_(tree) {}

  // `relative`: what goes before names in modules.dep; empty in the module directory itself.
  Result<void> folder(const std::string& path, const std::string& relative) {
    std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory) return fail_errno(errno, path, "could not open directory");
    const int fd = ::dirfd(directory.get());
    open_.push_back(fd);
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
      visit(fd, *entry, path, relative);
      errno = 0;
    }
    open_.pop_back();
    if (errno != 0) return fail_errno(errno, path, "cannot list this directory");
    return {};
  }

 private:
  void visit(int parent, const dirent& entry, const std::string& path,
             const std::string& relative) {
    const std::string_view name = entry.d_name;
    if (name == "." || name == "..") return;
    std::optional<std::string> module = module_name_of_path(name);
    if (entry.d_type == DT_REG && !module) return;
    const bool is_plain = entry.d_type == DT_REG || entry.d_type == DT_DIR;
    mode_t mode = entry.d_type == DT_DIR ? S_IFDIR : S_IFREG;
    const std::string full = path + "/" + entry.d_name;
    if (!is_plain || (with_times_ && mode == S_IFREG)) {
      if (is_left_out(name)) return;
      struct stat status;
      if (::fstatat(parent, entry.d_name, &status, 0) != 0) {
        if (module) tree_.errors.push_back(unreachable(errno, full));
        return;
      }
      mode = status.st_mode & S_IFMT;
      if (module && mode == S_IFREG) note_time(status);
      if (mode == S_IFDIR && is_open(status)) return;  // a link to a parent
    }
    const std::string below = relative.empty() ? std::string(name) : relative + "/" + entry.d_name;
    if (mode == S_IFDIR) {
      enter(name, full, below);
    } else if (mode == S_IFREG && module) {
      tree_.modules.push_back({std::move(*module), full, below});
    }
  }

  void enter(std::string_view name, const std::string& path, const std::string& relative) {
    if (is_left_out(name)) return;
    auto walked = folder(path, relative);
    if (walked) return;
    walked.error().reason.insert(0, "is left out: ");
    tree_.errors.push_back(std::move(walked).error());
  }

  // True if it is one of the folders that the walk is in.
  bool is_open(const struct stat& status) const {
    return std::ranges::any_of(open_, [&](int fd) {
      struct stat above;
      return ::fstat(fd, &above) == 0 && above.st_dev == status.st_dev &&
             above.st_ino == status.st_ino;
    });
  }

  bool is_left_out(std::string_view name) const {
    return name == "build" || name == "source" ||
           std::ranges::find(config_.excluded, name) != config_.excluded.end();
  }

  // The later of change of contents and change of the name or place: a file that was put there with
  // an old modification time is new all the same.
  void note_time(const struct stat& status) {
    for (const timespec& time : {status.st_mtim, status.st_ctim}) {
      if (later(time, tree_.newest)) tree_.newest = time;
    }
  }

  static Error unreachable(int code, const std::string& path) {
    return fail_errno(
               code, path, "is left out: cannot be reached",
               code == ENOENT ? "it is a link to nothing: remove it or install its target" : "")
        .error();
  }

  const DepmodConfig& config_;
  const bool with_times_;
  ModuleTree& tree_;
  std::vector<int> open_;  // descriptors of the folders from the root to where the walk is
};

// Higher is better; places are numbered from the end of the search list, what is in none of them
// is "built-in", and so is everything where the list does not have that word: the lowest.
std::size_t search_priority(const ModuleCandidate& module, const DepmodConfig& config) {
  std::size_t built_in = 0;
  for (std::size_t index = 0; index < config.search.size(); ++index) {
    const SearchPlace& place = config.search[index];
    const std::size_t priority = config.search.size() - index;
    switch (place.kind) {
      case SearchPlace::Kind::directory:
        if (lies_in(module.relative, place.directory)) return priority;
        break;
      case SearchPlace::Kind::external:
        if (module.relative.starts_with('/')) return priority;
        break;
      case SearchPlace::Kind::built_in:
        built_in = std::max(built_in, priority);
        break;
    }
  }
  return built_in;
}

// Where the search list makes no difference, the tree itself comes first, then the external
// directories in their order.
std::size_t tree_position(const ModuleCandidate& module, const DepmodConfig& config) {
  if (!module.relative.starts_with('/')) return 0;
  const auto found = std::ranges::find_if(config.external, [&](const std::string& directory) {
    return lies_in(module.relative, directory);
  });
  return 1 + static_cast<std::size_t>(found - config.external.begin());
}

// Leaves one file per name.
void settle_duplicates(ModuleTree& tree, const DepmodConfig& config) {
  std::ranges::sort(tree.modules, {}, &ModuleCandidate::relative);
  std::vector<ModuleCandidate> chosen;
  chosen.reserve(tree.modules.size());
  std::unordered_map<std::string, std::size_t> place_of;
  for (ModuleCandidate& module : tree.modules) {
    const auto [place, is_new] = place_of.emplace(module.name, chosen.size());
    if (is_new) {
      chosen.push_back(std::move(module));
      continue;
    }
    ModuleCandidate& holder = chosen[place->second];
    if (takes_precedence(module, holder, config)) std::swap(module, holder);
    tree.duplicates.push_back(
        {0, {}, fmt::format("duplicate module: {} is used, not {}", holder.path, module.path), {}});
  }
  std::ranges::sort(chosen, {}, &ModuleCandidate::relative);
  tree.modules = std::move(chosen);
}

}  // namespace

bool takes_precedence(const ModuleCandidate& challenger, const ModuleCandidate& holder,
                      const DepmodConfig& config) {
  // The last override that names either of them decides.
  for (const auto& entry : std::views::reverse(config.overrides)) {
    if (entry.module != challenger.name) continue;
    const bool names_challenger = entry.directory == folder_of(challenger.relative);
    const bool names_holder = entry.directory == folder_of(holder.relative);
    if (names_challenger != names_holder) return names_challenger;
  }
  const std::size_t priority = search_priority(challenger, config);
  const std::size_t held = search_priority(holder, config);
  if (priority != held) return priority > held;
  const std::size_t position = tree_position(challenger, config);
  const std::size_t held_position = tree_position(holder, config);
  if (position != held_position) return position < held_position;
  return challenger.relative < holder.relative;
}

Result<ModuleTree> scan_module_tree(const std::string& directory, const DepmodConfig& config,
                                    bool with_times) {
  ModuleTree tree;
  FolderWalk walk(config, with_times, tree);
  TRY_OK(walk.folder(directory, ""));
  for (const std::string& external : config.external) {
    auto walked = walk.folder(external, external);
    if (walked) continue;
    // It may be of a package that is not installed.
    auto& complaints = walked.error().code == ENOENT ? tree.warnings : tree.errors;
    complaints.push_back(std::move(walked).error());
  }
  settle_duplicates(tree, config);
  return tree;
}

Result<ModuleTree> named_modules(const std::string& directory,
                                 const std::vector<std::string>& files) {
  ModuleTree tree;
  for (const std::string& file : files) {
    if (!file.starts_with('/')) return fail(EINVAL, file, "not absolute path");
    std::optional<std::string> name = module_name_of_path(file);
    if (!name) {
      return fail(EINVAL, file, "is not called like a module",
                  "a module is a file NAME.ko, NAME.ko.gz, NAME.ko.xz or NAME.ko.zst");
    }
    struct stat status;
    if (::stat(file.c_str(), &status) != 0) return fail_errno(errno, file, "cannot stat");
    if (S_ISDIR(status.st_mode)) return fail(EISDIR, file, "is a directory, not a module");
    const bool inside = lies_in(file, directory);
    tree.modules.push_back({*name, file, inside ? file.substr(directory.size() + 1) : file});
  }
  settle_duplicates(tree, {});
  return tree;
}

void sort_by_modules_order(std::vector<ModuleCandidate>& modules, std::string_view modules_order) {
  std::unordered_map<std::string_view, std::size_t> position;
  const std::vector<std::string_view> listed = lines(modules_order);
  position.reserve(listed.size());
  for (std::size_t index = 0; index < listed.size(); ++index)
    position.emplace(without_compression_suffix(trim(listed[index])), index);
  const auto place = [&](const ModuleCandidate& module) {
    const auto found = position.find(without_compression_suffix(module.relative));
    return found == position.end() ? listed.size() : found->second;
  };
  std::vector<std::pair<std::size_t, ModuleCandidate>> sorted;
  sorted.reserve(modules.size());
  for (ModuleCandidate& module : modules) {
    const std::size_t at = place(module);
    sorted.emplace_back(at, std::move(module));
  }
  std::ranges::sort(sorted, [](const auto& left, const auto& right) {
    return left.first != right.first ? left.first < right.first
                                     : left.second.relative < right.second.relative;
  });
  std::ranges::transform(sorted, modules.begin(),
                         [](auto& pair) { return std::move(pair.second); });
}

}  // namespace kmodern::database
