#include "ukernel/classic/kernel_symbols.h"

#include <fmt/core.h>

#include <cerrno>

namespace kmodern::ukernel::classic {

namespace flag = kernel::classic;
using kernel::classic::Query;

// Newest module first, the kernel last: of two symbols of one name the newest counts.
Result<KernelSymbols> KernelSymbols::read(kernel::classic::Calls& calls) {
  KernelSymbols known;
  TRY(auto list, calls.query_module(std::nullopt, Query::modules));
  TRY(auto names, flag::read_names(list));
  for (const std::string& name : names) {
    auto info_answer = calls.query_module(name, Query::info);
    auto symbols_answer = calls.query_module(name, Query::symbols);
    if (!info_answer || !symbols_answer) {
      const Error& error = info_answer ? symbols_answer.error() : info_answer.error();
      if (error.code == ENOENT) continue;  // it has just gone
      return std::unexpected(error);
    }
    TRY(auto info, flag::read_info(*info_answer));
    TRY(auto symbols, flag::read_symbols(*symbols_answer));
    known.modules_[name] = info.address;
    for (const flag::Symbol& symbol : symbols) known.add(symbol, name);
  }
  TRY(auto kernel_answer, calls.query_module(std::nullopt, Query::symbols));
  TRY(auto symbols, flag::read_symbols(kernel_answer));
  for (const flag::Symbol& symbol : symbols) {
    known.versioned_ |= symbol.name == flag::using_versions;
    known.add(symbol, "");
  }
  return known;
}

void KernelSymbols::add(const kernel::classic::Symbol& symbol, const std::string& owner) {
  std::string_view text = symbol.name;
  const bool gpl_only = text.starts_with(flag::gpl_only);
  if (gpl_only) text.remove_prefix(flag::gpl_only.size());
  Definition definition{.address = symbol.value, .gpl_only = gpl_only, .owner = owner};
  symbols_.emplace(std::string(flag::split_version(text).base),
                   Known{std::string(text), std::move(definition)});
}

Result<std::optional<Definition>> KernelSymbols::find(std::string_view name) const {
  if (name == "__this_module") return Definition{.address = this_module_};
  const auto wanted = flag::split_version(name);
  auto found = symbols_.find(wanted.base);
  if (found == symbols_.end()) return std::nullopt;
  const auto& [text, definition] = found->second;
  if (compare_versions_ && text != name) {
    return fail(EINVAL, std::string(name),
                fmt::format("the module was built for version {} of it, here it is {}",
                            wanted.version.value_or("none"),
                            flag::split_version(text).version.value_or("none")));
  }
  return definition;
}

}  // namespace kmodern::ukernel::classic
