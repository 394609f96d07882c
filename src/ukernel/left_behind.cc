#include "ukernel/left_behind.h"

#include <fmt/core.h>

namespace kmodern::ukernel {

std::string clean_up(Context& context, const Module& module, std::vector<std::string>* lines) {
  if (!runs_code(context.core)) return "";
  const core::Leftovers leftovers = context.core.clean_up(module.this_module);
  for (const core::Leftover& one : leftovers.things) {
    context.log.write(level::warning,
                      fmt::format("{}: left behind: {}; {}", module.name, one.what, one.fate));
    for (const std::string& place : one.acquired) context.log.write(level::warning, " " + place);
    if (lines == nullptr) continue;
    const std::string from = one.acquired.empty() ? "" : " from " + one.acquired.front();
    lines->push_back(fmt::format("{}{}; {}", one.what, from, one.fate));
  }
  if (!leftovers.stays.empty())
    context.log.write(level::error, fmt::format("{}: {} still runs: the module stays, pinned",
                                                module.name, leftovers.stays));
  return leftovers.stays;
}

}  // namespace kmodern::ukernel
