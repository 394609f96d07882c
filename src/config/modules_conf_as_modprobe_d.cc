// What modules.conf says, as modprobe.d: joined to it, or written as a file of it.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "config/modules_conf.h"

namespace kmodern::config {

void add_modules_conf(ModulesConf classic, Config& config) {
  for (ModulesConf::Passed& passed : classic.refused) {
    passed.why.subject = fmt::format("{} line {}", passed.line.file, passed.line.number);
    config.notices.push_back({false, std::move(passed.why)});
  }
  std::erase_if(classic.aliases, [&](const Alias& one) {
    return std::ranges::find(config.aliases, one.pattern, &Alias::pattern) != config.aliases.end();
  });
  auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(config.aliases, classic.aliases);
  append(config.install, classic.install);
  append(config.remove, classic.remove);
  append(config.softdeps, classic.softdeps);
  config.options.insert(config.options.begin(), classic.options.begin(), classic.options.end());
}

std::string escaped_for_modprobe_d(std::string_view text) {
  std::string result;
  for (char character : text) {
    if (character == '\\') result += '\\';
    result += character;
  }
  return result;
}

std::string modprobe_conf_text(const ModulesConf& classic) {
  std::string text;
  const auto to = std::back_inserter(text);
  auto add = [&](std::string_view keyword, std::string_view name, std::string_view rest) {
    fmt::format_to(to, "{} {} {}\n", keyword, escaped_for_modprobe_d(name),
                   escaped_for_modprobe_d(rest));
  };
  for (const Alias& line : classic.aliases) add("alias", line.pattern, line.module);
  for (const Options& line : classic.options) add("options", line.module, line.text);
  for (const Softdep& line : classic.softdeps)
    add("softdep", line.pattern,
        line.before.empty() ? fmt::format("post: {}", fmt::join(line.after, " "))
                            : fmt::format("pre: {}", fmt::join(line.before, " ")));
  for (const Command& line : classic.install) add("install", line.pattern, line.text);
  for (const Command& line : classic.remove) add("remove", line.pattern, line.text);
  for (const auto* list : {&classic.refused, &classic.idle}) {
    for (const auto& [line, why] : *list)
      fmt::format_to(to, "# not carried over: {} line {}: {}\n#   {}{}{}\n", line.file, line.number,
                     line.text, why.reason, why.cure.empty() ? "" : "; ", why.cure);
  }
  return text;
}

}  // namespace kmodern::config
