#include "ukernel/imports.h"

#include <fmt/core.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

namespace kmodern::ukernel {

namespace {

constexpr auto import_patience = std::chrono::seconds(30);  // as in resolve_symbol_wait()

// Finds what a module imports; whose symbols it takes is held by it from then on.
class Importer final : public SymbolSource {
 public:
  Importer(Context& context, Module& user, const Interrupted& interrupted)
      : context_(context), user_(user), interrupted_(interrupted) {}

  Result<std::optional<Definition>> find(std::string_view name) const override {
    while (true) {
      TRY(auto found, context_.symbols.find(name));
      if (!found || found->owner.empty()) return found;
      auto held = context_.modules.hold(found->owner, user_, import_patience, interrupted_);
      if (held == ModuleList::Hold::pinned)
        return fail(EBUSY, std::string(name), "its owner " + found->owner + " has faulted");
      if (held == ModuleList::Hold::too_long) {
        return fail(EBUSY, std::string(name),
                    fmt::format("gave up waiting for init of module {}.", found->owner),
                    "try again later");
      }
      // Between finding and holding, the owner may have gone, and come again at another address.
      TRY(auto again, context_.symbols.find(name));
      if (!again || again->owner != found->owner) continue;
      if (held == ModuleList::Hold::gone) return std::nullopt;  // it is just going
      return again;
    }
  }

 private:
  Context& context_;
  Module& user_;
  const Interrupted& interrupted_;
};

}  // namespace

Result<link::Resolved> resolve_imports(Context& context, Module& user, const link::Source& source,
                                       const Verdict& verdict, const Interrupted& interrupted) {
  link::Rules rules;
  rules.gpl_compatible = verdict.gpl_compatible;
  rules.check_versions = verdict.check_versions;
  auto resolved = link::resolve(source, user.image, Importer(context, user, interrupted), rules);
  if (resolved) {
    for (const std::string& line : resolved->warnings) context.log.write(level::warning, line);
    if (resolved->inherits_proprietary) {
      add_taint(context, Taint::proprietary);
      user.taints.set(Taint::proprietary);
    }
    return std::move(*resolved);
  }
  link::Unresolved& why = resolved.error();
  for (const std::string& line : why.log) context.log.write(level::warning, line);
  // The core may know better what a stranger is: a C library function, say.
  for (const auto& symbol : why.symbols) {
    if (symbol.code != ENOENT) continue;
    std::string advice = context.core.advice(symbol.name);
    if (advice.empty()) continue;
    std::string text = fmt::format("Unknown symbol {}: {}", symbol.name, advice);
    context.log.write(level::warning, fmt::format("{}: {}", source.name, text));
    if (why.symbols.size() == 1)
      why.error.reason = text;
    else
      why.error.reason += fmt::format("; {}: {}", symbol.name, advice);
    why.error.cure = "change the module's source, and build it anew";
  }
  return std::unexpected(why.error);
}

}  // namespace kmodern::ukernel
