#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "ukernel/classic/classic.h"

namespace kmodern::ukernel::classic {

namespace {

namespace flag = kernel::classic;
using kernel::classic::Answer;
using kernel::classic::Query;
using kernel::classic::Symbol;

// A symbol of the modern table, with what it needs said in its name.
std::string classic_name(std::string_view name, bool gpl_only, std::optional<std::uint32_t> crc) {
  std::string text = fmt::format("{}{}", gpl_only ? flag::gpl_only : "", name);
  if (crc) text += fmt::format("_R{:08x}", *crc);
  return text;
}

std::vector<Symbol> kernel_symbols(const core::Core& core) {
  std::vector<Symbol> symbols;
  bool versions = false;
  for (const core::Export& one : core.exports()) {
    symbols.push_back({one.address, classic_name(one.name, one.gpl_only, one.crc)});
    versions |= one.crc.has_value();
  }
  if (versions) symbols.push_back({1, std::string(flag::using_versions)});
  return symbols;
}

std::vector<Symbol> symbols_of(Context& context, const Entry& entry) {
  if (!entry.queryable()) return {};
  if (entry.is_classic) return entry.symbols;
  const std::vector<NamedDefinition> exports = context.symbols.of(entry.name);
  std::vector<Symbol> symbols;
  symbols.reserve(exports.size());
  for (const auto& [name, definition] : exports)
    symbols.push_back(
        {definition.address, classic_name(name, definition.gpl_only, definition.crc)});
  return symbols;
}

Answer modules(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) names.push_back(entry.name);
  return flag::names_answer(names);
}

Result<Answer> query_kernel(Context& context, const std::vector<Entry>& entries, Query query) {
  switch (query) {
    case Query::probe:
      return Answer{};
    case Query::modules:
      return modules(entries);
    case Query::symbols:
      return flag::symbols_answer(kernel_symbols(context.core));
    default:
      return fail(EINVAL, "query_module", "there is no such query of the kernel itself");
  }
}

}  // namespace

Result<Answer> query_module(Context& context, const std::optional<std::string>& name, Query query) {
  const std::vector<Entry> entries = context.modules.entries();
  if (!name) return query_kernel(context, entries, query);
  auto entry = std::ranges::find(entries, *name, &Entry::name);
  if (entry == entries.end()) return fail(ENOENT, *name, "is not loaded");
  switch (query) {
    case Query::probe:
      return Answer{};
    case Query::modules:
      return modules(entries);
    case Query::deps:
      return flag::names_answer(entry->queryable() ? entry->deps : std::vector<std::string>());
    case Query::refs:
      return flag::names_answer(entry->queryable() ? entry->refs : std::vector<std::string>());
    case Query::symbols:
      return flag::symbols_answer(symbols_of(context, *entry));
    case Query::info:
      return flag::info_answer(entry->info);
  }
  return fail(EINVAL, "query_module", "there is no such query");
}

Answer get_kernel_syms(Context& context) {
  std::vector<Symbol> all;
  for (const Entry& entry : context.modules.entries()) {
    if (!entry.queryable()) continue;
    all.push_back({entry.info.address, "#" + entry.name});
    std::ranges::move(symbols_of(context, entry), std::back_inserter(all));
  }
  all.push_back({0, "#"});
  std::ranges::move(kernel_symbols(context.core), std::back_inserter(all));
  return flag::kernel_symbols_answer(all);
}

std::string ksyms_text(Context& context) {
  std::string text;
  for (const Entry& entry : context.modules.entries()) {
    for (const Symbol& symbol : symbols_of(context, entry))
      fmt::format_to(std::back_inserter(text), "{:016x} {}\t[{}]\n", symbol.value, symbol.name,
                     entry.name);
  }
  for (const Symbol& symbol : kernel_symbols(context.core))
    fmt::format_to(std::back_inserter(text), "{:016x} {}\n", symbol.value, symbol.name);
  return text;
}

// get_module_list() in kernel/module.c.
std::string modules_text(Context& context) {
  std::string text;
  for (const Entry& entry : context.modules.entries()) {
    const std::uint64_t flags = entry.info.flags;
    fmt::format_to(std::back_inserter(text), "{:<20}{:>8}", entry.name, entry.info.size);
    if (flags & flag::running) text += fmt::format("{:>4}", entry.info.usecount);
    if (flags & flag::deleted) {
      text += " (deleted)";
    } else if (flags & flag::running) {
      if (flags & flag::autoclean) text += " (autoclean)";
      if (!(flags & flag::used_once)) text += " (unused)";
    } else {
      text += flags & flag::initializing ? " (initializing)" : " (uninitialized)";
    }
    if (!entry.refs.empty()) text += fmt::format(" [{}]", fmt::join(entry.refs, " "));
    text += '\n';
  }
  return text;
}

}  // namespace kmodern::ukernel::classic
