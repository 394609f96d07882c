#include "ukernel/attributes.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <shared_mutex>

#include "ukernel/oops.h"

namespace kmodern::ukernel {

namespace {

constexpr std::size_t attribute_page = 4096;  // what a get function may fill

using Get = int(char* buffer, const KernelParam* param);
using Set = int(const char* value, const KernelParam* param);

std::string path_of(const Module& module, std::string_view name) {
  return fmt::format("/sys/module/{}/parameters/{}", module.name, name);
}

// The module's declaration of the parameter; its table and the visible names have the same order.
const KernelParam* declaration(const Module& module, std::string_view name) {
  for (const VisibleParameter& visible : module.visible_parameters) {
    if (visible.name == name) return &module.parameters.entries()[visible.index];
  }
  return nullptr;
}

// Calls one of the parameter's functions, by `call`, while the module cannot go.
template <typename Function>
Result<long> with_parameter(Context& context, Module& module, std::string_view name,
                            Function* KernelParamOps::* which,
                            const std::function<long(const KernelParam&, Function*)>& call) {
  std::shared_lock staying(module.attributes);
  const KernelParam* param = module.attributes_closed ? nullptr : declaration(module, name);
  if (module.attributes_closed) return fail(ENODEV, path_of(module, name), "the module is going");
  if (param == nullptr) return fail(ENOENT, path_of(module, name), "is not there");
  bool foreign = param->ops == nullptr;  // what is built in, with functions that no core has
  auto result = context.core.call([&]() -> long {
    Function* const function = foreign ? nullptr : param->ops->*which;
    if (function == nullptr) return -EPERM;
    foreign = !may_call(context.core, param->ops, function);
    return foreign ? 0 : call(*param, function);
  });
  if (foreign)
    return fail(EOPNOTSUPP, path_of(module, name),
                "has functions of its own, which are not run in this kernel");
  if (!result) {
    record_oops(context, result.error(), module.name);
    context.modules.pin(module);
    return fail(EFAULT, path_of(module, name), "its function faulted: " + headline(result.error()),
                "`kmodern dmesg` has the backtrace");
  }
  if (*result < 0) {
    return fail(static_cast<int>(-*result), path_of(module, name),
                fmt::format("its function returned {}", errno_name(static_cast<int>(-*result))));
  }
  return *result;
}

}  // namespace

std::vector<VisibleParameter> visible_parameters(core::Core& core, const ParameterTable& table) {
  std::vector<VisibleParameter> result;
  const auto entries = table.entries();
  for (std::size_t index = 0; index < entries.size(); ++index) {
    char name[256] = {};
    // The name is a pointer of the module's own: it is followed in the core's context only.
    auto copied = core.call([&]() -> long {
      const char* from = entries[index].name;
      std::size_t length = 0;
      for (; length < sizeof name - 1 && from[length] != 0; ++length) name[length] = from[length];
      return static_cast<long>(length);
    });
    const unsigned mode = entries[index].permissions & 0777u;
    if (copied && *copied > 0 && mode != 0) result.push_back({name, mode, index});
  }
  return result;
}

Result<std::string> read_parameter(Context& context, Module& module, std::string_view name) {
  auto page = std::make_unique<char[]>(attribute_page);
  TRY(long length, with_parameter<Get>(context, module, name, &KernelParamOps::get,
                                       [&](const KernelParam& param, Get* get) -> long {
                                         return get(page.get(), &param);
                                       }));
  return std::string(page.get(),
                     std::min<std::size_t>(static_cast<std::size_t>(length), attribute_page));
}

Result<void> write_parameter(Context& context, Module& module, std::string_view name,
                             std::string_view text) {
  std::string value(text);  // an array's function cuts it up
  bool taints = false;
  TRY_OK(with_parameter<Set>(context, module, name, &KernelParamOps::set,
                             [&](const KernelParam& param, Set* set) -> long {
                               taints = (param.flags & unsafe_flag) != 0;
                               return set(value.data(), &param);
                             }));
  if (taints) context.taints.set(Taint::unsafe_parameter);
  return {};
}

void close_attributes(Module& module) {
  std::unique_lock alone(module.attributes);
  module.attributes_closed = true;
}

}  // namespace kmodern::ukernel
