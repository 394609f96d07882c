// The edge of this layer: reads the facts that the pure functions judge. What cannot be read is a
// fact that is not known, never an error: the diagnosis must not fail in place of what it explains.
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "diagnose/diagnose.h"
#include "diagnose/parts.h"
#include "diagnose/state.h"
#include "module/module.h"
#include "module/symvers.h"

namespace kmodern::diagnose {
namespace {

std::uint16_t machine_of_this() {
  struct Known {
    std::string_view name;
    std::uint16_t machine;
  };
  static constexpr Known known[] = {{"x86_64", EM_X86_64}, {"aarch64", EM_AARCH64},
                                    {"riscv64", EM_RISCV}, {"ppc64le", EM_PPC64},
                                    {"ppc64", EM_PPC64},   {"s390x", EM_S390},
                                    {"i686", EM_386},      {"loongarch64", EM_LOONGARCH}};
  struct utsname names;
  if (::uname(&names) != 0) return 0;
  for (const Known& each : known) {
    if (each.name == names.machine) return each.machine;
  }
  return 0;
}

// .modinfo names the parameters that have a type or a description; the symbols of the loader's
// table know the others.
void add_undescribed_parameters(const elf::SymbolTable& symbols, ModuleFacts& facts) {
  constexpr std::string_view prefix = "__param_str_";
  for (std::uint32_t i = 0; i < symbols.size(); ++i) {
    auto name = symbols.name(symbols[i]);
    if (!name || !name->starts_with(prefix)) continue;
    name->remove_prefix(prefix.size());
    bool known = std::any_of(facts.parameters.begin(), facts.parameters.end(),
                             [&](const ParameterFact& each) { return each.name == *name; });
    if (!known) facts.parameters.push_back({std::string(*name), {}});
  }
}

Result<ModuleFacts> read_module(const std::string& path) {
  TRY(auto file, module::ModuleFile::open(path));
  ModuleFacts facts;
  facts.path = path;
  facts.relocatable = file.object().header().type == ET_REL;
  facts.machine = file.object().header().machine;
  TRY(facts.name, file.name());
  TRY(auto modinfo, file.modinfo());
  facts.vermagic = modinfo.first("vermagic").value_or("");
  facts.license = modinfo.first("license").value_or("");
  for (std::string_view depends : modinfo.all("depends")) {
    for (std::string_view name : split(depends, ","))
      facts.depends.push_back(normalize_name(name).value_or(std::string(name)));
  }
  for (std::string_view space : modinfo.all("import_ns")) facts.namespaces.emplace_back(space);
  for (const module::Parameter& parameter : module::parameters(modinfo))
    facts.parameters.push_back({std::string(parameter.name), std::string(parameter.type)});
  TRY(auto symbols, file.object().symbols());
  add_undescribed_parameters(symbols, facts);
  TRY(auto imports, file.imports());
  for (const module::Import& import : imports)
    facts.imports.push_back({std::string(import.name), import.weak, import.crc});
  // The version that stands for no symbol: struct module, and what else all modules share.
  TRY(auto versions, file.versions());
  for (const module::SymbolVersion& version : versions) {
    if (version.name == "module_layout")
      facts.imports.push_back({std::string(version.name), true, version.crc});
  }
  if (auto signature = file.signature(); signature && *signature) {
    facts.is_signed = true;
    if (module::read_signer(**signature, path)) facts.signer = (*signature)->signer;
  }
  return facts;
}

// Any module that is installed for the kernel has the vermagic that it wants.
std::string vermagic_of(const std::string& directory) {
  auto order = read_file(directory + "/modules.order");
  if (!order) return {};
  for (std::string_view line : lines(*order)) {
    for (std::string_view suffix : {"", ".xz", ".zst", ".gz"}) {
      auto file =
          module::ModuleFile::open(directory + "/" + std::string(line) + std::string(suffix));
      if (!file) continue;
      auto modinfo = file->modinfo();
      return modinfo ? std::string(modinfo->first("vermagic").value_or("")) : std::string();
    }
    break;
  }
  return {};
}

KernelFacts read_kernel(kernel::Kernel& kernel) {
  KernelFacts facts;
  facts.name = kernel.describe();
  facts.machine = machine_of_this();
  if (auto release = kernel.release()) facts.release = *release;
  if (auto loaded = kernel.modules()) facts.loaded = std::move(*loaded);
  return facts;
}

void add_symvers(const std::string& release, SymbolFacts& facts) {
  for (const std::string& path : {"/lib/modules/" + release + "/build/Module.symvers",
                                  "/usr/src/linux-headers-" + release + "/Module.symvers"}) {
    auto text = read_file(path);
    if (!text) continue;
    auto entries = module::parse_symvers(*text, path);
    if (!entries) continue;
    for (const module::SymversEntry& entry : *entries) {
      Provider provider;
      if (entry.module == "vmlinux")
        provider.file = "/sys/kernel/btf/vmlinux";
      else
        provider.module = module_name_of_path(std::string(entry.module) + ".ko").value_or("");
      provider.crc = entry.crc;
      provider.gpl_only = entry.gpl_only;
      provider.symbol_namespace = entry.symbol_namespace;
      facts.providers.insert_or_assign(std::string(entry.name), std::move(provider));
    }
    facts.complete = true;
    return;
  }
}

// Modules that are installed but of which no Module.symvers tells, by modules.symbols.
void add_installed(const database::Database& database, const ModuleFacts& module,
                   SymbolFacts& facts) {
  auto index = database.index("modules.symbols.bin");
  if (!index || *index == nullptr) return;
  for (const ImportFact& import : module.imports) {
    if (facts.providers.contains(import.name)) continue;
    auto owner = (*index)->find("symbol:" + import.name);
    if (owner && *owner) facts.providers[import.name].module = std::string(**owner);
  }
}

// Who exports what in which version, as far as files tell; and what differs from the module's.
void add_versions(const KernelFacts& kernel, const database::Database* database,
                  const ModuleFacts& module, SymbolFacts& facts) {
  if (kernel.name != "linux") add_user_kernel(kernel, facts);
  add_module_files(kernel, database, module, facts);
  add_differences(module, facts);
}

std::vector<MountFact> read_mounts() {
  std::vector<MountFact> mounts;
  auto text = read_file("/proc/self/mounts");
  if (!text) return mounts;
  for (std::string_view line : lines(*text)) {
    auto words = split(line, " ");
    if (words.size() > 2) mounts.push_back({std::string(words[2]), std::string(words[1])});
  }
  return mounts;
}

}  // namespace

Diagnosis explain_load(kernel::Kernel& kernel, const std::string& path,
                       const std::string& parameters, const Error& error,
                       const Surroundings& around) {
  LoadFacts facts{.error = error,
                  .parameters = parameters,
                  .module = read_module(path),
                  .kernel = read_kernel(kernel),
                  .symbols = {}};
  const std::string directory = around.database != nullptr ? around.database->directory()
                                                           : "/lib/modules/" + facts.kernel.release;
  if (facts.kernel.name == "linux") {
    facts.kernel.vermagic = vermagic_of(directory);
    add_symvers(facts.kernel.release, facts.symbols);
  }
  if (facts.module) {
    const database::Database own(directory);
    add_installed(around.database != nullptr ? *around.database : own, *facts.module,
                  facts.symbols);
    if (error.code == EINVAL || error.code == ENOEXEC)
      add_versions(facts.kernel, around.database != nullptr ? around.database : &own, *facts.module,
                   facts.symbols);
    facts.blacklisted = around.config != nullptr && around.config->blacklisted(facts.module->name);
  }
  return why_not_loaded(facts);
}

Diagnosis explain_unload(kernel::Kernel& kernel, const std::string& module, const Error& error) {
  UnloadFacts facts{.module = module, .error = error, .kernel = read_kernel(kernel)};
  if (auto builtin = kernel.builtin(module)) facts.builtin = *builtin;
  if (facts.kernel.name == "linux") facts.mounts = read_mounts();
  return why_not_unloaded(facts);
}

Diagnosis explain_ignored(const std::string& path, const std::string& parameters) {
  if (trim(parameters).empty()) return {};
  auto module = read_module(path);
  return module ? unknown_parameters(parameters, module->parameters) : Diagnosis();
}

StateFacts state_of(kernel::Kernel& kernel, const std::string& wanted, const Surroundings& around) {
  const database::Database& database = *around.database;
  StateFacts facts{.wanted = wanted, .kernel = read_kernel(kernel)};
  const std::string name = normalize_name(wanted).value_or(wanted);
  if (auto found = database.lookup(*around.config, wanted); found && !found->empty())
    facts.module = found->front().module;
  else if (facts.kernel.find(name) != nullptr || kernel.builtin(name).value_or(false))
    facts.module = name;
  if (facts.module.empty()) {
    if (auto usable = database.check(); !usable) facts.database_problem = describe(usable.error());
    facts.near = database.near_names(wanted);
    return facts;
  }
  facts.builtin = kernel.builtin(facts.module).value_or(false) ||
                  database.builtin(facts.module).value_or(false);
  facts.blacklisted = around.config->blacklisted(facts.module);
  facts.options = around.config->options_of(facts.module, {});
  if (const config::Command* command = around.config->install_command(facts.module))
    facts.install_command = command->text;
  auto module = database.module(facts.module);
  if (!module || !*module) return facts;
  facts.path = (*module)->path;
  for (const std::string& path : (*module)->dependencies)
    facts.dependencies.push_back(module_name_of_path(path).value_or(path));
  // What the kernel would answer to the file can be known before it is asked.
  LoadFacts load{
      .error = {}, .module = read_module(facts.path), .kernel = facts.kernel, .symbols = {}};
  Diagnosis problems;
  ask_format(load, problems);
  if (problems.empty() && load.module) {
    if (facts.kernel.name == "linux") add_symvers(facts.kernel.release, load.symbols);
    add_versions(facts.kernel, &database, *load.module, load.symbols);
    ask_versions(load, problems);
  }
  if (!problems.empty()) facts.file_problem = problems.front().line();
  return facts;
}

}  // namespace kmodern::diagnose
