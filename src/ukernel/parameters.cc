#include "ukernel/parameters.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace kmodern::ukernel {

namespace {

constexpr unsigned no_argument = 1;  // KERNEL_PARAM_OPS_FL_NOARG

bool blank(char c) { return blanks.find(c) != std::string_view::npos; }

// Names that the loader itself takes: unknown_module_param_cb() in kernel/module/main.c.
bool of_the_loader(std::string_view name) {
  return same_parameter(name, "async_probe") || name.substr(name.find('.') + 1) == "dyndbg";
}

// As dynamic debug leaves it, which is asked first and cuts a name up at its first dot.
std::string_view as_warned_of(std::string_view name) { return name.substr(0, name.find('.')); }

// Everything behind the pointers of an entry belongs to the module, and may be anything: it is only
// touched under core.call().
struct Attempt {
  bool matches = false;
  bool is_unsafe = false;
};

core::CallResult try_set(core::Core& core, const KernelParam& param, const char* name,
                         const char* value, Attempt& attempt) {
  return core.call([&]() -> long {
    attempt.matches = same_parameter(param.name, name);
    if (!attempt.matches) return 0;
    attempt.is_unsafe = (param.flags & unsafe_flag) != 0;
    if (!may_call(core, param.ops, param.ops->set)) return 0;
    if (value == nullptr && (param.ops->flags & no_argument) == 0) return -EINVAL;
    return param.ops->set(value, &param);
  });
}

}  // namespace

ParameterTable::ParameterTable(std::span<const std::byte> section)
    : entries_(reinterpret_cast<const KernelParam*>(section.data()),
               section.size() / sizeof(KernelParam)) {}

bool same_parameter(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

Arguments split_arguments(std::string_view text) {
  Arguments result;
  std::size_t at = 0;
  auto skip_blanks = [&] {
    while (at < text.size() && blank(text[at])) ++at;
  };
  for (skip_blanks(); at < text.size(); skip_blanks()) {
    std::size_t begin = at;
    std::size_t equals = std::string_view::npos;
    bool quoted = false;
    for (; at < text.size() && (quoted || !blank(text[at])); ++at) {
      if (text[at] == '"') quoted = !quoted;
      if (text[at] == '=' && equals == std::string_view::npos) equals = at;
    }
    std::string_view whole = text.substr(begin, at - begin);
    if (equals != std::string_view::npos) equals -= begin;
    // Quotes around the whole argument...
    if (whole.front() == '"') {
      whole.remove_prefix(1);
      if (equals != std::string_view::npos) --equals;
      if (!whole.empty() && whole.back() == '"') whole.remove_suffix(1);
    }
    Argument argument;
    if (equals == std::string_view::npos || equals >= whole.size()) {
      argument.name = whole;
    } else {
      argument.name = whole.substr(0, equals);
      std::string_view value = whole.substr(equals + 1);
      // ...or around its value.
      if (!value.empty() && value.front() == '"') {
        value.remove_prefix(1);
        if (!value.empty() && value.back() == '"') value.remove_suffix(1);
      }
      argument.value = value;
    }
    if (argument.name == "--" && !argument.value) {
      skip_blanks();
      result.after_dashes = text.substr(at);
      return result;
    }
    result.list.push_back(std::move(argument));
  }
  return result;
}

ParameterOutcome set_parameters(core::Core& core, const ParameterTable& table,
                                const Arguments& arguments) {
  ParameterOutcome outcome;
  for (const Argument& argument : arguments.list) {
    std::string text = argument.value.value_or("");  // an array's function cuts it up
    const char* value = argument.value ? text.data() : nullptr;
    Attempt attempt;
    long code = 0;
    for (const KernelParam& param : table.entries()) {
      core::CallResult result = try_set(core, param, argument.name.c_str(), value, attempt);
      if (!result) {
        outcome.fault = result.error();
        outcome.refused = argument.name;
        return outcome;
      }
      code = *result;
      if (attempt.matches) break;
    }
    if (!attempt.matches) {
      if (!of_the_loader(argument.name))
        outcome.notes.push_back(
            {4, fmt::format("unknown parameter '{}' ignored", as_warned_of(argument.name))});
      continue;
    }
    if (attempt.is_unsafe) {
      outcome.unsafe = true;
      outcome.notes.push_back(
          {5, fmt::format("Setting dangerous option {} - tainting kernel", argument.name)});
    }
    if (code >= 0) continue;
    outcome.code = static_cast<int>(-code);
    outcome.refused =
        argument.value ? fmt::format("{}={}", argument.name, *argument.value) : argument.name;
    outcome.notes.push_back(
        {3, fmt::format("`{}' {} for parameter `{}'", text.c_str(),
                        code == -ENOSPC ? "too large" : "invalid", argument.name)});
  }
  // An error among the parameters comes back in its place: load_module() then says nothing of this.
  if (arguments.after_dashes && outcome.code == 0) {
    outcome.notes.push_back(
        {4, fmt::format("parameters '{}' after `--' ignored", *arguments.after_dashes)});
  }
  return outcome;
}

std::optional<core::Fault> free_parameters(core::Core& core, const ParameterTable& table) {
  for (const KernelParam& param : table.entries()) {
    core::CallResult result = core.call([&]() -> long {
      const auto free = param.ops->free;
      if (free != nullptr && may_call(core, param.ops, free)) free(param.argument);
      return 0;
    });
    if (!result) return result.error();
  }
  return std::nullopt;
}

}  // namespace kmodern::ukernel
