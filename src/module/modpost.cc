#include "module/modpost.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "base/file.h"
#include "module/advice.h"
#include "module/module.h"
#include "module/program_exports.h"
#include "module/symvers.h"

namespace kmodern::module {

namespace {

constexpr std::string_view kernel_owner = "vmlinux";

// Who exports a symbol, and to whom.
struct Owner {
  std::string module;  // kernel_owner, or a path without .o
  bool gpl_only = false;
  std::string symbol_namespace;
};
using Symbols = std::map<std::string, Owner, std::less<>>;

// What one NAME.o says.
struct Subject {
  std::string object;  // its path
  std::string stem;    // the path without .o
  std::string name;    // the module's
  bool has_init = false;
  bool has_exit = false;
  std::vector<std::string> licenses;
  std::set<std::string, std::less<>> imported_namespaces;
  std::vector<std::pair<std::string, bool>> imports;  // name, weak
};

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string module_name(std::string_view stem) {
  std::string name(base_name(stem));
  std::ranges::replace(name, '-', '_');
  return name;
}

Result<void> add(Symbols& symbols, std::string_view name, Owner owner) {
  auto [at, fresh] = symbols.emplace(name, owner);
  if (fresh || at->second.module == owner.module) return {};
  return fail(EEXIST, owner.module,
              fmt::format("exports {}, which {} exports too", name, at->second.module),
              "give one of them another name");
}

Result<void> add_symvers(Symbols& symbols, const std::string& path) {
  TRY(std::string text, read_file(path));
  TRY(std::vector<SymversEntry> entries, parse_symvers(text, path));
  for (const SymversEntry& entry : entries) {
    // What this build exports itself is known better than an older file has it.
    symbols.emplace(entry.name, Owner{.module = std::string(entry.module),
                                      .gpl_only = entry.gpl_only,
                                      .symbol_namespace = std::string(entry.symbol_namespace)});
  }
  return {};
}

Result<void> add_kernel(Symbols& symbols, const std::string& path) {
  TRY(std::vector<ProgramExport> exports, program_exports(path));
  for (ProgramExport& symbol : exports) {
    symbols.emplace(std::move(symbol.name),
                    Owner{.module = std::string(kernel_owner),
                          .gpl_only = symbol.gpl_only,
                          .symbol_namespace = std::move(symbol.symbol_namespace)});
  }
  return {};
}

Result<Subject> read_subject(const std::string& path, Symbols& symbols) {
  if (!path.ends_with(".o"))
    return fail(EINVAL, path, "is no object file's name", "give the linked NAME.o of each module");
  Subject subject{.object = path, .stem = path.substr(0, path.size() - 2)};
  subject.name = module_name(subject.stem);
  TRY(ModuleFile file, ModuleFile::open(path));
  TRY(Modinfo modinfo, file.modinfo());
  for (std::string_view license : modinfo.all("license")) subject.licenses.emplace_back(license);
  for (std::string_view space : modinfo.all("import_ns"))
    subject.imported_namespaces.emplace(space);
  TRY(std::vector<Import> imports, file.imports());
  for (const Import& import : imports) subject.imports.emplace_back(import.name, import.weak);
  TRY(std::vector<Export> exports, file.exports());
  for (const Export& symbol : exports) {
    TRY_OK(add(symbols, symbol.name,
               Owner{.module = subject.stem,
                     .gpl_only = symbol.gpl_only,
                     .symbol_namespace = std::string(symbol.symbol_namespace)}));
  }
  TRY(elf::SymbolTable table, file.object().symbols());
  for (std::uint32_t index = 1; index < table.size(); ++index) {
    const elf::Symbol symbol = table[index];
    if (symbol.undefined() || symbol.binding() == STB_LOCAL) continue;
    subject.has_init |= table.name(symbol) == "init_module";
    subject.has_exit |= table.name(symbol) == "cleanup_module";
  }
  return subject;
}

bool gpl_compatible(const Subject& subject) {
  return !subject.licenses.empty() && std::ranges::all_of(subject.licenses, [](const auto& text) {
    return license_is_gpl_compatible(text);
  });
}

// The modules that it needs, in the order in which it first uses them, and what is to be said.
std::vector<std::string> resolve(const Subject& subject, const Symbols& symbols,
                                 std::vector<std::string>& warnings) {
  std::vector<std::string> depends;
  auto warn = [&](std::string text) {
    warnings.push_back(fmt::format("{}.ko: {}", subject.stem, text));
  };
  if (subject.licenses.empty())
    warn("no MODULE_LICENSE: it taints the kernel and may not use symbols exported for GPL only");
  for (const auto& [name, weak] : subject.imports) {
    if (name == "__this_module" || name == "_GLOBAL_OFFSET_TABLE_") continue;
    const auto found = symbols.find(name);
    if (found == symbols.end()) {
      if (weak) continue;
      const std::string advice = symbol_advice(name);
      warn(fmt::format("Unknown symbol {}{}{}", name, advice.empty() ? "" : ": ", advice));
      continue;
    }
    const Owner& owner = found->second;
    if (owner.gpl_only && !gpl_compatible(subject))
      warn(fmt::format("uses {}, which is for modules with a GPL-compatible license only", name));
    if (!owner.symbol_namespace.empty() &&
        !subject.imported_namespaces.contains(owner.symbol_namespace)) {
      warn(fmt::format("uses {} from namespace {}: add MODULE_IMPORT_NS({})", name,
                       owner.symbol_namespace, owner.symbol_namespace));
    }
    if (owner.module == kernel_owner || owner.module == subject.stem) continue;
    std::string needed = module_name(owner.module);
    if (std::ranges::find(depends, needed) == depends.end()) depends.push_back(std::move(needed));
  }
  return depends;
}

std::string mod_c(const Subject& subject, const std::vector<std::string>& depends) {
  std::string list;
  for (const std::string& name : depends) list += (list.empty() ? "" : ",") + name;
  std::string text = fmt::format(
      "/* Written by kmodern modpost: what the kernel has to know of {}. */\n"
      "#include <linux/module.h>\n"
      "#include <linux/vermagic.h>\n"
      "\n"
      "MODULE_INFO(name, KBUILD_MODNAME);\n"
      "MODULE_INFO(depends, \"{}\");\n"
      "MODULE_INFO(vermagic, VERMAGIC_STRING);\n"
      "\n"
      "struct module __this_module __used __section(\".gnu.linkonce.this_module\") = {{\n"
      "\t.name = KBUILD_MODNAME,\n",
      base_name(subject.stem), list);
  if (subject.has_init) text += "\t.init = init_module,\n";
  if (subject.has_exit) text += "\t.exit = cleanup_module,\n";
  return text + "};\n";
}

Result<void> write_file(const std::string& path, const std::string& text) {
  TRY(AtomicFile file, AtomicFile::create(path));
  TRY_OK(file.write(text));
  return file.commit();
}

// A text that stays leaves its file's time: nothing is compiled again for it.
Result<void> write_if_changed(const std::string& path, const std::string& text) {
  if (auto before = read_file(path); before && *before == text) return {};
  return write_file(path, text);
}

std::string symvers_text(const std::vector<Subject>& subjects, const Symbols& symbols) {
  std::string text;
  for (const auto& [name, owner] : symbols) {
    if (std::ranges::find(subjects, owner.module, &Subject::stem) == subjects.end()) continue;
    text += fmt::format("0x00000000\t{}\t{}\tEXPORT_SYMBOL{}\t{}\n", name, owner.module,
                        owner.gpl_only ? "_GPL" : "", owner.symbol_namespace);
  }
  return text;
}

}  // namespace

Result<std::vector<std::string>> modpost(const ModpostJob& job) {
  Symbols symbols;
  std::vector<Subject> subjects;
  for (const std::string& path : job.objects) {
    TRY(Subject subject, read_subject(path, symbols));
    subjects.push_back(std::move(subject));
  }
  if (!job.kernel.empty()) {
    TRY_OK(add_kernel(symbols, job.kernel));
  }
  for (const std::string& path : job.symvers) {
    TRY_OK(add_symvers(symbols, path));
  }
  std::vector<std::string> warnings;
  for (const Subject& subject : subjects) {
    const std::vector<std::string> depends = resolve(subject, symbols, warnings);
    TRY_OK(write_if_changed(subject.stem + ".mod.c", mod_c(subject, depends)));
  }
  TRY_OK(write_file(job.output, symvers_text(subjects, symbols)));
  return warnings;
}

}  // namespace kmodern::module
