// /proc/modules' text: whatever is read can be written and is then read the same.
#include <cstdlib>

#include "kernel/proc_modules.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace kmodern::kernel;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto modules = parse_proc_modules(text, "input");
  if (!modules) return 0;
  std::string written;
  for (const LoadedModule& module : *modules) written += format_proc_module(module);
  auto again = parse_proc_modules(written, "written");
  if (!again || again->size() != modules->size()) std::abort();
  for (std::size_t i = 0; i < modules->size(); ++i) {
    if (format_proc_module((*again)[i]) != format_proc_module((*modules)[i])) std::abort();
  }
  return 0;
}
