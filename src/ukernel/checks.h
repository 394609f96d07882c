// What a kernel asks of a module before it gives it anything: that it was built for this kernel.
// And what it notes about a module that it takes nevertheless.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"
#include "module/module.h"
#include "ukernel/context.h"
#include "ukernel/link/link.h"
#include "ukernel/taint.h"

namespace kmodern::ukernel {

// Where a module has its struct module.
inline constexpr std::string_view this_module_section = ".gnu.linkonce.this_module";

// A taint, and the line that says why.
struct TaintNote {
  Taint taint;
  int level = 4;
  std::string text;         // without the module's name before it; empty: none
  bool only_first = false;  // only logged when the kernel wasn't tainted so before
  bool of_kernel = false;   // the module itself is not marked
};

// What the checks learnt of a module, also where they refused it.
struct Verdict {
  bool gpl_compatible = true;
  bool check_versions = true;       // its imports' CRCs are to be compared
  std::vector<TaintNote> taints;    // in the kernel's order
  std::uint64_t module_taints = 0;  // mask, of the module itself
  std::string log;                  // the kernel's whole line about a refusal; empty: it has none
};

// Name, size and place of struct module, module_layout's CRC, vermagic, license, in the order of
// kernel/module/main.c. Errors: EPERM for a module on the kernel's blacklist, ENOEXEC; what the
// kernel logs about it is in `log`.
Result<void> check(const Context& context, const link::Source& source,
                   const module::Modinfo& modinfo, const kernel::LoadOptions& options,
                   Verdict& verdict);

// The rules for a module whose name is reserved: names that are known to hide a license, exports
// without versions, constructors in two places. Errors: EINVAL, ENOEXEC.
Result<void> check_late(const Context& context, const link::Source& source, Verdict& verdict);

}  // namespace kmodern::ukernel
