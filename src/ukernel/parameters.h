// The parameters that a module's code declares (its __param section), and the arguments that set
// them. Rules: lib/cmdline.c (next_arg), kernel/params.c (parse_args).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ukernel/core/core.h"

namespace kmodern::ukernel {

// struct kernel_param and struct kernel_param_ops as modules are compiled with them
// (include/linux/moduleparam.h, 64 bit): an interface to module code, so it is laid out as C.
struct KernelParam;
struct KernelParamOps {
  unsigned flags;  // no_argument: a value may be missing
  int (*set)(const char* value, const KernelParam* param);
  int (*get)(char* buffer, const KernelParam* param);  // into a page; returns the length
  void (*free)(void* argument);
};
struct KernelParam {
  const char* name;
  const void* module;
  const KernelParamOps* ops;
  std::uint16_t permissions;  // of its file in sysfs
  std::int8_t level;
  std::uint8_t flags;  // unsafe, hardware
  void* argument;
};
static_assert(sizeof(KernelParam) == 40 && sizeof(KernelParamOps) == 32);

// The __param section in a module's memory; borrowed.
class ParameterTable {
 public:
  ParameterTable() = default;
  // A size that is no multiple of the entries' loses its rest, as in the kernel.
  explicit ParameterTable(std::span<const std::byte> section);

  std::span<const KernelParam> entries() const { return entries_; }

 private:
  std::span<const KernelParam> entries_;
};

inline constexpr std::uint8_t unsafe_flag = 1;  // KERNEL_PARAM_FL_UNSAFE

// A parameter that has a file in sysfs.
struct VisibleParameter {
  std::string name;
  unsigned mode = 0;      // permission bits, not 0
  std::size_t index = 0;  // in the table's entries
};

// One "name=value" of an argument string.
struct Argument {
  std::string name;
  std::optional<std::string> value;  // nullopt: a name alone
};

struct Arguments {
  std::vector<Argument> list;
  std::optional<std::string> after_dashes;  // what follows a lone "--", which is not parsed
};

// Splits at blanks outside of double quotes; the quotes around a value or a whole argument go.
Arguments split_arguments(std::string_view text);

// "a-b" and "a_b" are one name.
bool same_parameter(std::string_view a, std::string_view b);

// One line for the log, and what it is about.
struct ParameterNote {
  int level = 4;
  std::string text;  // without the module's name before it
};

struct ParameterOutcome {
  int code = 0;  // errno, positive, of the last argument that could not be set; 0: all are set
  std::string refused;               // the argument of that code, "count=abc"
  bool unsafe = false;               // a parameter was set whose use taints the kernel
  std::optional<core::Fault> fault;  // a set function faulted: nothing after it was parsed
  std::vector<ParameterNote> notes;  // in order
};

// Sets the parameters; an argument that fails doesn't keep the following ones from being parsed.
// All of the module's own functions and data are touched inside of core.call().
ParameterOutcome set_parameters(core::Core& core, const ParameterTable& table,
                                const Arguments& arguments);

// False for a function of a module's own where module code is only linked. Functions of the kernel
// are known by themselves, or by the operations that they are part of.
template <typename Function>
bool may_call(const core::Core& core, const KernelParamOps* ops, Function* function) {
  return core.code_policy() == core::Core::CodePolicy::run ||
         core.provides(reinterpret_cast<std::uintptr_t>(ops)) ||
         core.provides(reinterpret_cast<std::uintptr_t>(function));
}

// Lets the parameters free what setting them took; the module goes. A fault ends it.
std::optional<core::Fault> free_parameters(core::Core& core, const ParameterTable& table);

}  // namespace kmodern::ukernel
