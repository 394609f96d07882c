#include "fuse/tree.h"

namespace kmodern::fuse {

namespace {

class KernelTree final : public Tree {
 public:
  explicit KernelTree(ukernel::Ukernel& kernel) : kernel_(kernel) {}

  bool may_block() const override { return false; }
  Result<ukernel::Node> find(const std::string& path) override {
    if (auto node = kernel_.view().find(path)) return std::move(*node);
    return fail(ENOENT, path, "is not there");
  }
  std::vector<std::string> list(const std::string& path) override {
    return kernel_.view().list(path);
  }
  Result<std::shared_ptr<File>> open(const std::string& path, int flags, int pid) override {
    return open_file(kernel_, path, flags, pid);
  }

 private:
  ukernel::Ukernel& kernel_;
};

}  // namespace

std::shared_ptr<Tree> make_kernel_tree(ukernel::Ukernel& kernel) {
  return std::make_shared<KernelTree>(kernel);
}

}  // namespace kmodern::fuse
