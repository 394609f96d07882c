// The words of /etc/modules.conf: quoted and joined as a shell does it, but nothing is expanded
// that would run a command or read the environment. Source: modules.conf(5) of modutils 2.4.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kmodern::config {

// What the file itself gave by `define`. Nothing of the environment is ever in it.
using Variables = std::map<std::string, std::string, std::less<>>;

// The line up to its comment: a '#' that is not inside of quotes, nor escaped, begins one.
std::string_view without_comment(std::string_view line);

// The words of a text. Quotes join and are taken away; $NAME and ${NAME} stand for what `variables`
// has. Errors: EPERM for a backquote, $(...) and any other $NAME: these are a shell's, and a shell
// that is handed names that the kernel was given by anybody is a hole; EINVAL for a quote without
// its end.
Result<std::vector<std::string>> classic_words(std::string_view text, const Variables& variables);

// What an expression may ask of the machine.
struct Surroundings {
  std::function<bool(const std::string& path)> exists;  // -f FILE
  bool autoclean = false;                               // -k: the kernel asks, not a person
};

// The truth of what stands behind `if` and `elseif`: "-f FILE", "-k", "! EXPRESSION", "WORD"
// (false: empty, 0, false), "WORD OP WORD" as texts and "-n WORD OP WORD" as numbers, where OP is
// one of == != < <= >= >. Errors: those of classic_words; EINVAL for any other form.
Result<bool> classic_condition(std::string_view text, const Variables& variables,
                               const Surroundings& surroundings);

}  // namespace kmodern::config
