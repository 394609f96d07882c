// The intercepted calls that name files: a path is the view's, or a redirected one, or none of
// ours.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <string>
#include <vector>

#include "supervisor/notification.h"
#include "supervisor/supervisor.h"

namespace kmodern::supervisor {

class Files {
 public:
  // Errors: no temporary folder for the view's folders can be made.
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
    std::uint64_t path;  // address
    bool follow = true;  // a final link
  };
  struct Target {
    enum class Kind { real, redirected, view } kind = Kind::real;
    std::string path;
  };

  Files(Served& served, const Options& options, TemporaryDirectory folders)
      : served_(&served), view_(&served.view()), options_(options), folders_(std::move(folders)) {}

  Target target(const Notification& call, const Request& request) const;
  // The node that the path leads to, links followed if asked; -errno if none. `path` becomes the
  // node's own.
  long find(std::string& path, bool follow, ukernel::Node& node) const;

  void open(const Notification& call, const Request& request, int flags, unsigned mode,
            Later& later);
  void open_in_view(const Notification& call, std::string path, int flags, Later& later);
  void open_for_writing(const Notification& call, std::string path, int flags);
  void stat(const Notification& call, const Request& request, std::uint64_t to);
  void statx(const Notification& call, const Request& request, unsigned mask, std::uint64_t to);
  void access(const Notification& call, const Request& request, int mode);
  void readlink(const Notification& call, const Request& request, std::uint64_t to,
                std::size_t size);
  void attributes(const Notification& call, const Request& request, bool list);

  Result<unique_fd> open_text(const std::string& path) const;
  Result<unique_fd> open_folder(const std::string& path) const;

  struct Writer {
    unique_fd pipe;
    std::string path;
  };

  Served* served_;
  ukernel::View* view_;
  Options options_;
  TemporaryDirectory folders_;
  std::vector<Writer> writers_;
};

}  // namespace kmodern::supervisor
