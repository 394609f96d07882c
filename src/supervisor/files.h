// The intercepted calls that name files: a path is the view's, or a redirected one, or none of
// ours.
#pragma once

#include <sys/stat.h>
#include <time.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/folders.h"
#include "supervisor/notification.h"
#include "supervisor/supervisor.h"
#include "supervisor/working_directories.h"

namespace kmodern::supervisor {

class Files {
 public:
  // Errors: no place for the view's folders can be had.
  static Result<Files> make(Served& served, const Options& options);

  // What is left to do for a call, and may block: to be run while others are served.
  using Later = std::function<void()>;

  // Serves one call, or gives what is left to do for it; false if its number is not one of a call
  // on files.
  bool serve(const Notification& call, Later& later);

  // Hands what programs have written into the view's files over to the view, where they hold pipes
  // since there is nothing better: a write is known here only when it is looked for, so this comes
  // before everything that could show its effect.
  void collect_writes();

 private:
  // What a call's arguments say, whichever of the calls it is.
  struct Request {
    int folder;
    std::uint64_t path;       // address
    bool follow = true;       // a final link
    bool empty_path = false;  // an empty path means `folder` itself
  };
  struct Target {
    enum class Kind { real, redirected, view } kind = Kind::real;
    std::string path;  // absolute; of a real one maybe empty
  };

  struct Path {
    std::string absolute;
    bool from_believed = false;  // relative to a working directory that only the caller believes in
  };

  Files(Served& served, const Options& options, Folders folders);

  Target target(const Notification& call, const Request& request);
  Target target_of(std::string absolute) const;
  std::optional<Path> path_of(const Notification& call, const Request& request);
  // The node that the path leads to, links followed if asked; -errno if none. `path` becomes the
  // node's own.
  long find(std::string& path, bool follow, ukernel::Node& node) const;
  static bool permits(const Notification& call, const ukernel::Node& node, int mode);

  // Each serves some of the calls; false if this is none of them.
  bool serve_open(const Notification& call, Later& later);
  bool serve_facts(const Notification& call);
  bool serve_directory(const Notification& call);
  bool serve_change(const Notification& call);
  bool serve_mount(const Notification& call, Later& later);

  void open(const Notification& call, const Request& request, int flags, unsigned mode,
            Later& later);
  void open_in_view(const Notification& call, std::string path, int flags, Later& later);
  void open_for_writing(const Notification& call, std::string path, int flags);
  void stat(const Notification& call, const Request& request, std::uint64_t to);
  void statx(const Notification& call, const Request& request, unsigned mask, std::uint64_t to);
  void statfs(const Notification& call, const Request& request, std::uint64_t to);
  void access(const Notification& call, const Request& request, int mode);
  void readlink(const Notification& call, const Request& request, std::uint64_t to,
                std::size_t size);
  void attributes(const Notification& call, const Request& request, bool list);
  void watch(const Notification& call);
  int open_source(const Notification& call, MountCall& made);
  void chdir(const Notification& call);
  void getcwd(const Notification& call);
  void execute(const Notification& call, const Request& request);
  using Change = std::function<int(const char* path)>;
  void change(const Notification& call, const Request& request, const Change& change);
  void change_two(const Notification& call, const Request& from, const Request& to,
                  const std::function<int(const char* from, const char* to)>& change);

  struct stat status_of(const std::string& path, const ukernel::Node& node) const;
  Result<unique_fd> open_text(const Notification& call, const std::string& path) const;

  struct Writer {
    unique_fd pipe;
    std::string path;
  };

  Served* served_;
  ukernel::View* view_;
  Options options_;
  Folders folders_;
  WorkingDirectories directories_;
  timespec began_{};  // the time of the view's files
  dev_t proc_ = 0;    // devices that the view's files are on
  dev_t sys_ = 0;
  std::vector<Writer> writers_;
};

// The low half of an argument, as the calls take descriptors.
inline int folder_argument(std::uint64_t argument) { return static_cast<int>(argument); }

// As long as it lives this thread reaches files with the rights of the caller's user.
class AsCaller {
 public:
  explicit AsCaller(const Notification& call);
  AsCaller(AsCaller&&) = delete;
  ~AsCaller();

 private:
  bool changed_ = false;
};

}  // namespace kmodern::supervisor
