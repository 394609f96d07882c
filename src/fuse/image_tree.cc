// An image as the kernel's own mounts have it: each look and each open file is one use of the
// mounted filesystem, see ukernel/core/native/subsystems/use_filesystem.c.
#include <fcntl.h>
#include <fmt/core.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "fuse/tree.h"
#include "ukernel/system_calls.h"

namespace kmodern::fuse {

namespace {

constexpr std::size_t longest_answer = 32 << 20;  // bytes

// A file of the image, which keeps it mounted.
class ImageFile final : public ModuleFile {
 public:
  ImageFile(std::unique_ptr<ukernel::Device> device, std::shared_ptr<Tree> tree)
      : ModuleFile(std::move(device)), tree_(std::move(tree)) {}

 private:
  std::shared_ptr<Tree> tree_;
};

// The value of a line "NAME VALUE"; empty if there is none.
std::string_view value(std::string_view lines, std::string_view name) {
  for (const std::string_view line : split(lines, "\n")) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with(' '))
      return line.substr(name.size() + 1);
  }
  return {};
}

template <typename Number>
Number number(std::string_view text, int base = 10) {
  Number result{};
  std::from_chars(text.data(), text.data() + text.size(), result, base);
  return result;
}

class ImageTree final : public Tree, public std::enable_shared_from_this<ImageTree> {
 public:
  ImageTree(ukernel::Ukernel& kernel, std::string name, std::unique_ptr<ukernel::Device> mount)
      : kernel_(kernel), name_(std::move(name)), mount_(std::move(mount)) {}

  bool may_block() const override { return true; }

  Result<ukernel::Node> find(const std::string& path) override {
    TRY(const std::string text, answer("stat", path));
    ukernel::Node node;
    node.kind =
        value(text, "kind") == "folder" ? ukernel::Node::Kind::folder : ukernel::Node::Kind::file;
    node.mode = number<unsigned>(value(text, "mode"), 8);
    node.size = number<std::uint64_t>(value(text, "size"));
    const std::string_view modified = value(text, "modified");
    node.modified = number<std::int64_t>(modified.substr(modified.empty() ? 0 : 1));
    node.opened = true;
    return node;
  }

  std::vector<std::string> list(const std::string& path) override {
    std::vector<std::string> names;
    const auto text = answer("ls", path);
    if (!text) return names;
    for (std::string_view name : split(*text, "\n"))
      names.emplace_back(name.substr(0, name.size() - (name.ends_with('/') ? 1 : 0)));
    return names;
  }

  Result<std::shared_ptr<File>> open(const std::string& path, int flags, int pid) override {
    if ((flags & O_ACCMODE) != O_RDONLY) return fail(EROFS, path, "can only be read");
    TRY(auto device, use("cat", path, pid));
    return std::make_shared<ImageFile>(std::move(device), shared_from_this());
  }

 private:
  Result<std::unique_ptr<ukernel::Device>> use(const char* what, const std::string& path, int pid) {
    return kernel_.use({.words = {"mounted", name_, what, path}, .flags = O_RDONLY, .image = {}},
                       pid, pid != 0 ? ukernel::comm_of(pid) : "mount");
  }

  Result<std::string> answer(const char* what, const std::string& path) {
    TRY(auto device, use(what, path, 0));
    std::string text;
    std::array<std::byte, 4096> part;
    while (true) {
      TRY(const long got, device->read(part));
      if (got == 0) return text;
      text.append(reinterpret_cast<const char*>(part.data()), static_cast<std::size_t>(got));
      if (text.size() > longest_answer) return fail(EFBIG, path, "has no end");
    }
  }

  ukernel::Ukernel& kernel_;
  std::string name_;
  std::unique_ptr<ukernel::Device> mount_;
};

}  // namespace

Result<std::shared_ptr<Tree>> make_image_tree(ukernel::Ukernel& kernel, Image image, int pid) {
  static std::atomic<unsigned> count = 0;
  const std::string name = fmt::format("{}", ++count);
  TRY(auto mount, kernel.use({.words = {"filesystem", image.type, image.source,
                                        image.asks ? "mount" : "mount-loaded", name, image.options},
                              .flags = O_RDONLY,
                              .image = std::move(image.file)},
                             pid, ukernel::comm_of(pid)));
  return std::make_shared<ImageTree>(kernel, name, std::move(mount));
}

}  // namespace kmodern::fuse
