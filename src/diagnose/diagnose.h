// The entry of the diagnose layer: why a module would not load, or cannot be unloaded. The
// functions on facts are pure; explain_load() and explain_unload() gather the facts first, for the
// tools to print after their own first line.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/config.h"
#include "database/database.h"
#include "kernel/kernel.h"

namespace kmodern::diagnose {

// One thing that stands in the way, and what to do about it.
struct Finding {
  std::string text;
  std::string cure;  // empty where nothing sensible can be said

  std::string line() const { return cure.empty() ? text : text + "; " + cure; }
};

// The surest first; empty if nothing is known beyond the error itself.
using Diagnosis = std::vector<Finding>;

struct ImportFact {
  std::string name;
  bool weak = false;
  std::optional<std::uint32_t> crc;
};

struct ParameterFact {
  std::string name;
  std::string type;  // as parmtype has it; empty if not said
};

// What the module's file says.
struct ModuleFacts {
  std::string path;
  std::string name;
  bool relocatable = true;    // ELF's ET_REL
  std::uint16_t machine = 0;  // EM_*
  std::string vermagic;
  std::string license;  // the first; empty if there is none
  std::vector<std::string> depends;
  std::vector<std::string> namespaces;  // import_ns
  std::vector<ImportFact> imports;
  std::vector<ParameterFact> parameters;
  bool is_signed = false;
  std::string signer;
};

// Who exports a symbol, as an index of a module directory or a Module.symvers knows it.
struct Provider {
  std::string module;  // empty: the kernel itself
  std::optional<std::uint32_t> crc;
  bool gpl_only = false;
  std::string symbol_namespace;
  std::string file;  // that has its type; empty if none is known
};

// Every symbol that is known to be exported by somebody.
struct SymbolFacts {
  std::map<std::string, Provider, std::less<>> providers;
  // The kernel's own exports are among them: what is not here is exported by nobody.
  bool complete = false;
  // What differs between the module's version of a symbol and the provider's, by symbol; or why
  // that is not known.
  std::map<std::string, std::string, std::less<>> differences;
};

// What the kernel is.
struct KernelFacts {
  std::string name;           // Kernel::describe()
  std::string release;        // empty if it could not be asked
  std::string vermagic;       // empty if it is not known
  std::uint16_t machine = 0;  // EM_*; 0 if it is not known
  std::vector<kernel::LoadedModule> loaded;

  const kernel::LoadedModule* find(std::string_view module) const;
};

// What was tried.
struct LoadFacts {
  Error error;             // the kernel's answer
  std::string parameters;  // as given
  // Of the file; or why it cannot be read as a module.
  Result<ModuleFacts> module;
  KernelFacts kernel;
  SymbolFacts symbols;
  bool blacklisted = false;
};

Diagnosis why_not_loaded(const LoadFacts& facts);

// Of "name=value name=value", what the module does not have, with what it has. The kernel passes
// over them with a line in its log.
Diagnosis unknown_parameters(std::string_view parameters, const std::vector<ParameterFact>& known);
// And what its type refuses: EINVAL.
Diagnosis ill_typed_parameters(std::string_view parameters,
                               const std::vector<ParameterFact>& known);

struct MountFact {
  std::string type;
  std::string where;
};

struct UnloadFacts {
  std::string module;
  Error error;  // the kernel's answer
  KernelFacts kernel;
  bool builtin = false;
  std::vector<MountFact> mounts;
};

Diagnosis why_not_unloaded(const UnloadFacts& facts);

// --- for the tools ---

// What is at hand to look things up in; both may be missing.
struct Surroundings {
  const database::Database* database = nullptr;
  const config::Config* config = nullptr;
};

Diagnosis explain_load(kernel::Kernel& kernel, const std::string& path,
                       const std::string& parameters, const Error& error,
                       const Surroundings& around = {});
Diagnosis explain_unload(kernel::Kernel& kernel, const std::string& module, const Error& error);

// What a load that succeeded passed over: parameters that the module does not have.
Diagnosis explain_ignored(const std::string& path, const std::string& parameters);

}  // namespace kmodern::diagnose
