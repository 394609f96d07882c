// What the kernel says, and does, when module code faults.
#pragma once

#include <string>
#include <vector>

#include "ukernel/context.h"

namespace kmodern::ukernel {

// "hello_init+0x1c/0x40 [hello]" for an address in a module or in the core, else the number.
std::string symbolize(const Context& context, std::uintptr_t address);

// The innermost place in a module, for people; after a jump to nowhere that is its caller.
std::string blame(const Context& context, const core::Fault& fault);

// "BUG: kernel NULL pointer dereference, address: 0000000000000008": what happened, in one line.
std::string headline(const core::Fault& fault);

// The lines of an oops, as arch/x86/kernel/dumpstack.c and arch/x86/mm/fault.c word them. `number`
// counts the oopses from 1; `modules` is the text after "Modules linked in:".
std::vector<std::string> oops_lines(const core::Fault& fault, unsigned number,
                                    const std::string& release, const std::string& tainted,
                                    const std::string& modules,
                                    const std::function<std::string(std::uintptr_t)>& name_of);

// Logs where this thread is, as dump_stack() in lib/dump_stack.c.
void dump_stack(Context& context);

// Logs the oops, taints the kernel (D) and pins the module at fault: the one whose code is
// innermost on the stack. Returns its name; `suspect` where the stack shows none (empty: nobody is
// pinned).
std::string record_oops(Context& context, const core::Fault& fault, const std::string& suspect);

}  // namespace kmodern::ukernel
