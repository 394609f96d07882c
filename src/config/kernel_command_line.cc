// What the kernel's command line says to modprobe. Source: modprobe(8), "modprobe.blacklist" and
// module options; quoting as in the kernel's lib/cmdline.c: next_arg().
#include <algorithm>
#include <string>

#include "base/text.h"
#include "config/config.h"

namespace kmodern::config {
namespace {

// Takes the next argument off; blanks inside of double quotes belong to it. An argument whose quote
// never ends takes the rest.
std::string_view next_argument(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && blanks.find(text[at]) != std::string_view::npos) break;
  }
  std::string_view argument = text.substr(0, at);
  text.remove_prefix(at);
  return argument;
}

// "module.p=v v" in quotes as a whole, as boot loaders write it, becomes module.p="v v".
std::string unquoted(std::string_view argument) {
  if (argument.size() < 2 || argument.front() != '"' || argument.back() != '"')
    return std::string(argument);
  std::string inner(argument.substr(1, argument.size() - 2));
  std::size_t equals = inner.find('=');
  if (equals == std::string::npos || inner.find_first_of(blanks, equals) == std::string::npos)
    return inner;
  return inner.substr(0, equals + 1) + '"' + inner.substr(equals + 1) + '"';
}

void add_blacklist(std::string_view names, Config& config) {
  for (std::string_view name : split(names, ",\"")) {
    if (auto normal = normalize_name(name)) config.blacklist.push_back(*normal);
  }
}

void add_option(const std::string& argument, Config& config) {
  std::size_t dot = argument.find('.');
  std::size_t equals = std::min(argument.find('='), argument.size());
  if (dot == std::string::npos || dot == 0 || dot + 1 >= equals) return;
  // A dot in the parameter's name: no module has such, but others use the form (a.b.c=1).
  if (argument.substr(dot + 1, equals - dot - 1).find('.') != std::string::npos) return;
  if (std::ranges::count(argument, '"') % 2 != 0) return;
  if (auto module = normalize_name(std::string_view(argument).substr(0, dot)))
    config.options.push_back({*module, argument.substr(dot + 1)});
}

}  // namespace

void parse_kernel_command_line(std::string_view text, Config& config) {
  constexpr std::string_view blacklist = "modprobe.blacklist=";
  while (true) {
    std::string_view word = next_argument(text);
    if (word.empty()) break;
    if (word == "--") break;  // the rest is for init
    std::string argument = unquoted(word);
    if (argument.starts_with(blacklist))
      add_blacklist(std::string_view(argument).substr(blacklist.size()), config);
    else
      add_option(argument, config);
  }
}

}  // namespace kmodern::config
