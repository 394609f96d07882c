// The View of a user-space kernel, as the same facts look on Linux.
#pragma once

#include "ukernel/context.h"
#include "ukernel/view/static_nodes.h"
#include "ukernel/view/view.h"

namespace kmodern::ukernel {

// Any thread may call anything at any time.
class KernelView final : public View {
 public:
  // `context` outlives it.
  explicit KernelView(Context& context);

  bool covers(std::string_view path) const override;
  std::optional<Node> find(std::string_view path) override;
  Result<std::string> read(std::string_view path) override;
  Result<void> write(std::string_view path, std::string_view text) override;
  std::vector<std::string> list(std::string_view path) override;

 private:
  Context& context_;
  mutable StaticNodes static_nodes_;
};

}  // namespace kmodern::ukernel
