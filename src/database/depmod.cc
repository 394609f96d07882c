#include "database/depmod.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>

#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "config/depmod_config.h"
#include "database/dependency_graph.h"
#include "database/freshness.h"
#include "database/index_publish.h"
#include "database/index_set.h"
#include "database/module_summary.h"
#include "database/module_tree.h"
#include "database/symbol_links.h"
#include "database/symbol_map.h"

namespace kmodern::database {

namespace {

void append(std::vector<Error>& to, std::vector<Error>&& from) {
  std::ranges::move(from, std::back_inserter(to));
}

// A text of the kernel's build that a tree may lack.
std::string optional_text(const DepmodOptions& options, std::string_view name,
                          DepmodReport& report) {
  auto text = read_file(fmt::format("{}/{}", options.directory, name));
  if (text) return std::move(*text);
  const int code = text.error().code;
  report.warnings.push_back(
      {0,
       {},
       fmt::format("could not open {} at {}: {}", name, options.directory, ::strerror(code)),
       {}});
  return {};
}

Result<ModuleTree> find_modules(const DepmodOptions& options, const config::DepmodConfig& config) {
  if (!options.files.empty()) return named_modules(options.directory, options.files);
  return scan_module_tree(options.directory, config, options.only_if_changed);
}

// Reads every module, on all processors. Those that cannot be read are left out and reported; a
// missing decompressor is an error of the whole: the modules are sound, this machine is not.
Result<void> read_modules(const DepmodOptions& options, std::vector<TextArena>& arenas,
                          Knowledge& knowledge, DepmodReport& report) {
  std::vector<ModuleCandidate> candidates = std::move(knowledge.modules);
  knowledge.modules.clear();
  const bool with_crcs = options.report_unknown_symbols && !options.symvers.empty();
  arenas.resize(worker_count(candidates.size()));
  std::vector<Result<ModuleSummary>> summaries(candidates.size());
  parallel_for(
      candidates.size(),
      [&](std::size_t index, unsigned worker) {
        summaries[index] = summarize_module(candidates[index].path, with_crcs, arenas[worker]);
      },
      static_cast<unsigned>(arenas.size()));

  knowledge.modules.reserve(candidates.size());
  knowledge.summaries.reserve(candidates.size());
  for (std::size_t index = 0; index < candidates.size(); ++index) {
    if (summaries[index]) {
      knowledge.modules.push_back(std::move(candidates[index]));
      knowledge.summaries.push_back(std::move(*summaries[index]));
      continue;
    }
    if (summaries[index].error().code == ENOPKG)
      return std::unexpected(std::move(summaries[index]).error());
    Error error = std::move(summaries[index]).error();
    error.reason = "is left out: " + error.reason;
    report.errors.push_back(std::move(error));
  }
  return {};
}

Result<std::vector<KernelSymbol>> read_kernel_symbols(const DepmodOptions& options) {
  if (!options.symvers.empty()) return read_symvers(options.symvers);
  if (!options.system_map.empty()) return read_system_map(options.system_map);
  return std::vector<KernelSymbol>();
}

void report_knots(const Knowledge& knowledge, const std::vector<std::vector<std::uint32_t>>& knots,
                  DepmodReport& report) {
  std::size_t members = 0;
  for (const auto& knot : knots) {
    members += knot.size();
    std::string text = "Cycle detected:";
    for (std::uint32_t module : shortest_cycle(knowledge.needs, knot))
      text += fmt::format(" {} ->", knowledge.modules[module].name);
    text += fmt::format(" {}", knowledge.modules[knot.front()].name);
    report.errors.push_back({0, {}, std::move(text), {}});
  }
  if (members == 0) return;
  report.errors.push_back(
      {0,
       {},
       fmt::format("Found {} modules in dependency cycles!", members),
       "the kernel can load none of these, nor what needs them; all others are indexed as always"});
}

// Links the modules by their symbols and orders them.
Result<void> resolve(const DepmodOptions& options, Knowledge& knowledge, DepmodReport& report) {
  TRY(knowledge.kernel_symbols, read_kernel_symbols(options));
  knowledge.symbols = SymbolMap(options.symbol_prefix);
  knowledge.symbols.add_modules(knowledge.summaries);
  for (const KernelSymbol& symbol : knowledge.kernel_symbols)
    knowledge.symbols.add_kernel_symbol(symbol.name, symbol.crc);
  knowledge.needs = link_modules(knowledge.summaries, knowledge.symbols);
  const auto knots = find_knots(knowledge.needs);
  report_knots(knowledge, knots, report);
  knowledge.positions = topological_positions(knowledge.needs, knots);

  if (options.report_unknown_symbols)
    append(report.warnings,
           doubtful_symbols(knowledge.modules, knowledge.summaries, knowledge.symbols));
  if (options.report_dependencies)
    report.shown += describe_links(knowledge.modules, knowledge.summaries, knowledge.symbols);
  return {};
}

// Nobody else indexes this directory as long as the result lives.
Result<unique_fd> prepare_directories(const DepmodOptions& options) {
  struct stat status;
  if (::stat(options.directory.c_str(), &status) != 0) {
    return fail_errno(errno, options.directory, "could not open directory",
                      "name a kernel release whose modules are installed");
  }
  if (options.show) return unique_fd();
  std::error_code error;
  std::filesystem::create_directories(options.output_directory, error);
  if (error)
    return fail_errno(error.value(), options.output_directory, "cannot make this directory");
  return lock_directory(options.output_directory);
}

}  // namespace

Result<DepmodReport> depmod(const DepmodOptions& options) {
  DepmodReport report;
  TRY(config::DepmodConfig config,
      config::load_depmod_config(options.config_paths, options.release));
  append(report.warnings, std::move(config.warnings));
  TRY(const unique_fd lock, prepare_directories(options));
  TRY(ModuleTree tree, find_modules(options, config));
  if (options.only_if_changed && indexes_are_fresh(options, tree)) {
    report.changed = false;
    return report;
  }
  append(report.errors, std::move(tree.errors));
  append(report.warnings, std::move(tree.warnings));
  append(report.duplicates, std::move(tree.duplicates));

  Knowledge knowledge{.modules = std::move(tree.modules)};
  sort_by_modules_order(knowledge.modules, optional_text(options, "modules.order", report));
  std::vector<TextArena> arenas;  // what the summaries borrow from
  TRY_OK(read_modules(options, arenas, knowledge, report));
  TRY_OK(resolve(options, knowledge, report));
  if (!options.show) {  // what these make has no text
    knowledge.builtin = optional_text(options, "modules.builtin", report);
    knowledge.builtin_modinfo = optional_text(options, "modules.builtin.modinfo", report);
  }

  TRY(IndexSet set, make_index_set(knowledge, !options.show));
  append(report.warnings, std::move(set.warnings));
  append(report.duplicates, std::move(set.duplicates));
  report.modules = knowledge.modules.size();
  if (!options.show) {
    TRY_OK(publish_files(options.output_directory, set.files, "modules.dep"));
    return report;
  }
  for (const IndexFile& file : set.files) report.shown += file.contents;
  return report;
}

}  // namespace kmodern::database
