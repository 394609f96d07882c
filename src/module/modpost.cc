#include "module/modpost.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "base/file.h"
#include "module/advice.h"
#include "module/kernel_types.h"
#include "module/module.h"
#include "module/program_exports.h"
#include "module/symvers.h"
#include "module/type_source.h"

namespace kmodern::module {

namespace {

constexpr std::string_view kernel_owner = "vmlinux";

// Who exports a symbol, and to whom.
struct Owner {
  std::string module;     // kernel_owner, or a path without .o
  std::uint32_t crc = 0;  // 0: it has no version
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
  std::vector<std::string> exports;                   // in the order of __ksymtab
  std::vector<std::string> gpl_exports;               // in that of __ksymtab_gpl
};
using Warnings = std::vector<std::string>;

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
                                      .crc = entry.crc,
                                      .gpl_only = entry.gpl_only,
                                      .symbol_namespace = std::string(entry.symbol_namespace)});
  }
  return {};
}

// The version of a symbol; 0, and a warning, if its type is not known.
Result<std::uint32_t> version_of(const TypeSource& types, std::string_view symbol,
                                 const std::string& where, Warnings& warnings) {
  auto type = type_of(types, symbol);
  if (type) return type->version();
  if (type.error().code != ENOENT) return std::unexpected(type.error());
  warnings.push_back(fmt::format("{}: {} has no version: {}; {}", where, symbol,
                                 type.error().reason, type.error().cure));
  return 0;
}

// The kernel's program says what it exports, the SDK's headers of which version each is here.
Result<void> add_kernel(Symbols& symbols, const ModpostJob& job, Warnings& warnings) {
  TRY(std::vector<ProgramExport> exports, program_exports(job.kernel));
  std::unique_ptr<TypeSource> types;
  if (!job.kernel_types.empty()) {
    TRY(types, open_types(job.kernel_types));
  }
  std::vector<std::string> others;
  for (ProgramExport& symbol : exports) {
    std::uint32_t crc = symbol.crc.value_or(0);
    if (types != nullptr) {
      TRY(crc, version_of(*types, symbol.name, job.kernel_types, warnings));
    }
    if (crc != symbol.crc.value_or(crc)) others.push_back(symbol.name);
    symbols.emplace(std::move(symbol.name),
                    Owner{.module = std::string(kernel_owner),
                          .crc = crc,
                          .gpl_only = symbol.gpl_only,
                          .symbol_namespace = std::move(symbol.symbol_namespace)});
  }
  if (!others.empty()) {
    warnings.push_back(fmt::format(
        "the SDK's headers are not those of {}, which will refuse what uses {}{}", job.kernel,
        others.front(), others.size() == 1 ? "" : fmt::format(" or {} others", others.size() - 1)));
  }
  return {};
}

Result<void> add_exports(ModuleFile& file, Subject& subject, Symbols& symbols, Warnings& warnings) {
  TRY(std::vector<Export> exports, file.exports());
  if (exports.empty()) return {};
  auto types = open_types(subject.object);
  if (!types && types.error().code != ENODATA) return std::unexpected(types.error());
  if (!types) warnings.push_back("its symbols have no versions: " + describe(types.error()));
  for (const Export& symbol : exports) {
    std::uint32_t crc = 0;
    if (types) {
      TRY(crc, version_of(**types, symbol.name, subject.stem + ".ko", warnings));
    }
    TRY_OK(add(symbols, symbol.name,
               Owner{.module = subject.stem,
                     .crc = crc,
                     .gpl_only = symbol.gpl_only,
                     .symbol_namespace = std::string(symbol.symbol_namespace)}));
    (symbol.gpl_only ? subject.gpl_exports : subject.exports).emplace_back(symbol.name);
  }
  return {};
}

Result<Subject> read_subject(const std::string& path, Symbols& symbols, Warnings& warnings) {
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
  TRY_OK(add_exports(file, subject, symbols, warnings));
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
                                 Warnings& warnings) {
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

// What the module was built against, module_layout first.
std::string versions_table(const Subject& subject, const Symbols& symbols) {
  std::string text;
  auto add = [&](std::string_view name) {
    if (auto found = symbols.find(name); found != symbols.end())
      text += version_entry(name, found->second.crc);
  };
  add("module_layout");
  for (const auto& [name, weak] : subject.imports) add(name);
  if (text.empty()) return {};
  return fmt::format(
      "\nstatic const struct modversion_info versions[] __used __section(\"__versions\") = {{\n{}"
      "}};\n",
      text);
}

// Its entries stand as those of the table of exports do.
std::string crc_table(std::string_view name, const std::vector<std::string>& exports,
                      const Symbols& symbols) {
  if (exports.empty()) return {};
  std::string text =
      fmt::format("\nstatic const u32 crcs_in{0}[] __used __section(\"{0}\") = {{\n", name);
  for (const std::string& symbol : exports)
    text += fmt::format("\t{:#010x}, /* {} */\n", symbols.find(symbol)->second.crc, symbol);
  return text + "};\n";
}

std::string mod_c(const Subject& subject, const std::vector<std::string>& depends,
                  const Symbols& symbols) {
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
  return text + "};\n" + versions_table(subject, symbols) +
         crc_table("__kcrctab", subject.exports, symbols) +
         crc_table("__kcrctab_gpl", subject.gpl_exports, symbols);
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
    text += fmt::format("{:#010x}\t{}\t{}\tEXPORT_SYMBOL{}\t{}\n", owner.crc, name, owner.module,
                        owner.gpl_only ? "_GPL" : "", owner.symbol_namespace);
  }
  return text;
}

}  // namespace

Result<void> write_kernel_types(const std::string& kernel, const std::string& include,
                                const std::string& output) {
  std::vector<ProgramExport> exports;
  if (!kernel.empty()) {
    TRY(exports, program_exports(kernel));
  }
  std::vector<std::string> names;
  names.reserve(exports.size());
  for (ProgramExport& symbol : exports) names.push_back(std::move(symbol.name));
  std::ranges::sort(names);
  TRY(std::string text, kernel_types_source(include, names));
  return write_file(output, text);
}

Result<std::vector<std::string>> modpost(const ModpostJob& job) {
  Symbols symbols;
  std::vector<Subject> subjects;
  Warnings warnings;
  for (const std::string& path : job.objects) {
    TRY(Subject subject, read_subject(path, symbols, warnings));
    subjects.push_back(std::move(subject));
  }
  if (!job.kernel.empty()) TRY_OK(add_kernel(symbols, job, warnings));
  for (const std::string& path : job.symvers) TRY_OK(add_symvers(symbols, path));
  for (const Subject& subject : subjects) {
    const std::vector<std::string> depends = resolve(subject, symbols, warnings);
    TRY_OK(write_if_changed(subject.stem + ".mod.c", mod_c(subject, depends, symbols)));
  }
  TRY_OK(write_file(job.output, symvers_text(subjects, symbols)));
  return warnings;
}

}  // namespace kmodern::module
