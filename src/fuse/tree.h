// What a filesystem shows: the kernel's own files, or a mounted image's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "fuse/file.h"
#include "ukernel/ukernel.h"

namespace kmodern::fuse {

// Any thread may call. Paths are absolute and normalised; links are not followed. Errors: those of
// the system calls there.
class Tree {
 public:
  virtual ~Tree() = default;

  // True if find() and list() run module code, and may block.
  virtual bool may_block() const = 0;
  virtual Result<ukernel::Node> find(const std::string& path) = 0;
  virtual std::vector<std::string> list(const std::string& path) = 0;
  // For the process `pid`.
  virtual Result<std::shared_ptr<File>> open(const std::string& path, int flags, int pid) = 0;
};

// /dev, /proc and /sys of a kernel, which outlives it.
std::shared_ptr<Tree> make_kernel_tree(ukernel::Ukernel& kernel);

// What a process mounts of a filesystem that modules serve.
struct Image {
  std::string type;     // "msdos"
  std::string source;   // of a kernel's block device: its node
  unique_fd file;       // else what is mounted
  std::string options;  // the filesystem's own
  bool asks = true;     // for the module, where there is none
};

// Mounted until its end and that of the files that are open. Errors: ENODEV, and those of the
// filesystem.
Result<std::shared_ptr<Tree>> make_image_tree(ukernel::Ukernel& kernel, Image image, int pid);

}  // namespace kmodern::fuse
