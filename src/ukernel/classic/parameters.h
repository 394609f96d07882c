// MODULE_PARM(variable, "type"): parameters that insmod puts into a module's variables while it
// links it. Source: include/linux/module.h of Linux 2.4 (MODULE_PARM).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "module/module.h"

namespace kmodern::ukernel::classic {

// What goes into one variable: its bytes, and for each text among the values where its pointer
// stands in them.
struct Assignment {
  struct Text {
    std::size_t at = 0;  // in `bytes`: 8 bytes for the text's address
    std::string text;
  };
  std::string variable;
  std::string bytes;
  std::vector<Text> texts;
};

// "name=value name=value" by the types in parm_NAME=TYPE: a number of values ("1-4", default 1),
// then b h i l (8 to 64 bits), s (a text) or cN (N characters with their NUL, in place). Errors:
// EINVAL for an unknown name, or values that do not fit.
Result<std::vector<Assignment>> assignments(std::string_view parameters,
                                            const module::Modinfo& modinfo,
                                            const std::string& subject);

}  // namespace kmodern::ukernel::classic
