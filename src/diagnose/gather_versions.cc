// The edge of this layer: who exports what in which version, and what the types behind it are.
// Only asked when a load was refused, or might be: it reads files of some megabytes.
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/text.h"
#include "diagnose/parts.h"
#include "kernel/user/start.h"
#include "module/module.h"
#include "module/program_exports.h"
#include "module/type_source.h"

namespace kmodern::diagnose {
namespace {

constexpr std::size_t most_compared = 4;
constexpr const char* linux_types = "/sys/kernel/btf/vmlinux";

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// What `file` exports and the module imports, unless somebody is known to export it already.
void add_exports(const std::string& path, const ModuleFacts& module, SymbolFacts& facts) {
  auto file = module::ModuleFile::open(path);
  if (!file) return;
  auto exports = file->exports();
  auto name = file->name();
  if (!exports || !name || *name == module.name) return;
  for (const module::Export& symbol : *exports) {
    Provider& provider = facts.providers[std::string(symbol.name)];
    if (provider.crc && provider.module != *name) continue;
    provider = {.module = *name,
                .crc = symbol.crc,
                .gpl_only = symbol.gpl_only,
                .symbol_namespace = std::string(symbol.symbol_namespace),
                .file = path};
  }
}

// The types that both sides have, compared; "" if they are the same.
Result<std::string> difference(const ModuleFacts& module, const std::string& symbol,
                               const Provider& provider) {
  if (provider.file.empty()) {
    return fail(ENODATA, provider.module.empty() ? "the kernel" : provider.module,
                "its types are nowhere described");
  }
  std::unique_ptr<module::TypeSource> kernel;
  if (auto base = module::open_types(linux_types)) kernel = std::move(*base);
  TRY(auto ours, module::open_types(module.path));
  TRY(auto theirs, module::open_types(provider.file, kernel.get()));
  TRY(module::SymbolType there, module::type_of(*theirs, symbol));
  TRY(module::SymbolType here, module::same_types(*ours, symbol, there));
  return module::first_difference(
      here, "in " + module.name, there,
      provider.module.empty() ? "in the kernel" : "in " + provider.module);
}

}  // namespace

void add_user_kernel(const KernelFacts& kernel, SymbolFacts& facts) {
  // One that stands for an installed kernel has that one's exports.
  if (!kernel.release.ends_with("-kmodern")) return;
  auto program = kernel::kernel_program();
  if (!program) return;
  auto exports = module::program_exports(*program);
  if (!exports) return;
  const std::string types = folder_of(*program) + "/kernel-types.o";
  for (const module::ProgramExport& symbol : *exports) {
    facts.providers[symbol.name] = {.module = {},
                                    .crc = symbol.crc,
                                    .gpl_only = symbol.gpl_only,
                                    .symbol_namespace = symbol.symbol_namespace,
                                    .file = types};
  }
}

void add_module_files(const KernelFacts& kernel, const database::Database* database,
                      const ModuleFacts& module, SymbolFacts& facts) {
  std::set<std::string> names(module.depends.begin(), module.depends.end());
  for (const kernel::LoadedModule& each : kernel.loaded) {
    // A large machine has hundreds: those that are no provider by depends= are few in practice.
    if (names.size() < 64) names.insert(each.name);
  }
  for (const std::string& name : names) {
    if (database != nullptr) {
      if (auto found = database->module(name); found && *found)
        add_exports((*found)->path, module, facts);
    }
    std::string dashes = name;
    std::ranges::replace(dashes, '_', '-');
    for (const std::string& stem : std::set<std::string>{name, dashes})
      add_exports(fmt::format("{}/{}.ko", folder_of(module.path), stem), module, facts);
  }
}

void add_differences(const ModuleFacts& module, SymbolFacts& facts) {
  for (const ImportFact* import : other_versions(module, facts)) {
    if (facts.differences.size() == most_compared) return;
    auto text = difference(module, import->name, facts.providers.find(import->name)->second);
    std::string& told = facts.differences[import->name];
    if (!text)
      told = fmt::format("what differs is not known ({}: {})", text.error().subject,
                         text.error().reason);
    else
      told = text->empty() ? "the types that both describe are the same" : *text;
  }
}

}  // namespace kmodern::diagnose
