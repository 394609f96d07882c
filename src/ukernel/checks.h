// What a kernel asks of a module before it gives it anything: that it was built for this kernel.
// And what it notes about a module that it takes nevertheless.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/kernel.h"
#include "module/module.h"
#include "ukernel/core/core.h"
#include "ukernel/link/link.h"
#include "ukernel/taint.h"

namespace kmodern::ukernel {

// A taint, and the line that says why.
struct TaintNote {
  Taint taint;
  int level = 4;
  std::string text;         // without the module's name before it
  bool only_first = false;  // only logged when the kernel wasn't tainted so before
};

// What the checks learnt of a module.
struct Verdict {
  bool gpl_compatible = true;
  bool check_versions = true;     // its imports' CRCs are to be compared
  std::vector<TaintNote> taints;  // in the kernel's order
};

// Name, size and place of struct module, module_layout's CRC, vermagic, license. Errors: ENOEXEC
// with the kernel's text as reason.
Result<Verdict> check(const core::Core& core, const link::Source& source,
                      const module::Modinfo& modinfo, const kernel::LoadOptions& options);

}  // namespace kmodern::ukernel
