#include "ukernel/checks.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "ukernel/module.h"

namespace kmodern::ukernel {

namespace {

constexpr std::string_view layout_symbol = "module_layout";
constexpr const char* rebuild_cure = "build the module anew for this kernel";

// A kernel without a version of module_layout was built without modversions: it compares none.
std::optional<std::uint32_t> layout_crc(const core::Core& core) {
  for (const core::Export& one : core.exports()) {
    if (one.name == layout_symbol) return one.crc;
  }
  return std::nullopt;
}

std::string_view without_release(std::string_view vermagic) {
  return vermagic.substr(std::min(vermagic.find(' '), vermagic.size()));
}

// A refusal: what the kernel logs, and what else a person should know.
std::unexpected<Error> refuse(const link::Source& source, Verdict& verdict, std::string log,
                              std::string cure = rebuild_cure) {
  verdict.log = fmt::format("{}: {}", source.name, log);
  return fail(ENOEXEC, source.name, std::move(log), std::move(cure));
}

// try_to_force_load() in kernel/module/main.c; a kernel that forbids it refuses without a word.
Result<void> force(const Context& context, const link::Source& source, const char* lacking,
                   Verdict& verdict) {
  if (!context.options.allow_force) {
    return fail(ENOEXEC, source.name,
                fmt::format("{}: this kernel loads nothing by force", lacking), rebuild_cure);
  }
  verdict.taints.push_back({.taint = Taint::forced_load,
                            .text = fmt::format("{}: kernel tainted.", lacking),
                            .only_first = true});
  return {};
}

// In the kernel no module with another struct module gets this far: its vermagic differs.
Result<void> check_this_module(const core::Core& core, const link::Source& source,
                               Verdict& verdict) {
  std::size_t wanted = core.this_module_layout().size;
  const elf::Section* section = nullptr;
  for (const elf::Section& one : source.object->sections()) {
    if (one.name != this_module_section) continue;
    if (section != nullptr)
      return refuse(source, verdict, fmt::format("has more than one {} section", one.name));
    section = &one;
  }
  if (section == nullptr) return refuse(source, verdict, "No module found in object");
  if (!section->allocated() || !section->in_file())
    return refuse(source, verdict, fmt::format("its {} section has no content", section->name));
  if (wanted != 0 && section->size != wanted) {
    return refuse(source, verdict,
                  fmt::format("its {} section has {} bytes, this kernel's struct module {}",
                              section->name, section->size, wanted));
  }
  return {};
}

bool compares_versions(const link::Source& source, const kernel::LoadOptions& options) {
  return source.has_versions && !options.ignore_modversions;
}

// check_modstruct_version() in kernel/module/version.c.
Result<void> check_layout_version(const Context& context, const link::Source& source,
                                  const kernel::LoadOptions& options, Verdict& verdict) {
  auto wanted = layout_crc(context.core);
  if (!wanted) return {};
  if (!compares_versions(source, options)) {
    verdict.check_versions = false;
    return force(context, source, "module_layout", verdict);
  }
  auto has = std::ranges::find_if(
      source.versions, [](const auto& version) { return version.name == layout_symbol; });
  if (has == source.versions.end())
    return refuse(source, verdict, "no symbol version for module_layout");
  if (has->crc == *wanted) return {};
  return refuse(source, verdict, "disagrees about version of symbol module_layout",
                fmt::format("it was built for version {:#010x} of it, here it is {:#010x}: {}",
                            has->crc, *wanted, rebuild_cure));
}

Result<void> check_vermagic(const Context& context, const link::Source& source,
                            const module::Modinfo& modinfo, const kernel::LoadOptions& options,
                            Verdict& verdict) {
  auto magic = modinfo.first("vermagic");
  if (!magic || options.ignore_vermagic) return force(context, source, "bad vermagic", verdict);
  std::string mine = context.core.vermagic();
  // With modversions the release may differ: the CRCs say better what fits (same_magic()).
  bool same = compares_versions(source, options) ? without_release(*magic) == without_release(mine)
                                                 : *magic == mine;
  if (same) return {};
  return refuse(source, verdict, fmt::format("version magic '{}' should be '{}'", *magic, mine));
}

void check_license(const module::Modinfo& modinfo, Verdict& verdict) {
  std::string_view license = modinfo.first("license").value_or("unspecified");
  verdict.gpl_compatible = module::license_is_gpl_compatible(license);
  if (verdict.gpl_compatible) return;
  verdict.taints.push_back({.taint = Taint::proprietary,
                            .text = fmt::format("module license '{}' taints kernel.", license),
                            .only_first = true});
}

// CONFIG_LIVEPATCH
bool patches_itself(const core::Core& core) {
  return std::ranges::find(core.exports(), "klp_enable_patch", &core::Export::name) !=
         core.exports().end();
}

// What its .modinfo says of itself, in the order of check_modinfo().
Result<void> check_origin(const Context& context, const link::Source& source,
                          const module::Modinfo& modinfo, Verdict& verdict) {
  if (!modinfo.first("intree")) {
    verdict.taints.push_back({.taint = Taint::out_of_tree,
                              .text = "loading out-of-tree module taints kernel.",
                              .only_first = true});
  }
  if (modinfo.first("staging")) {
    verdict.taints.push_back({.taint = Taint::staging,
                              .text = "module is from the staging directory, the quality is "
                                      "unknown, you have been warned."});
  }
  if (modinfo.first("livepatch") && !patches_itself(context.core)) {
    return refuse(source, verdict,
                  "module is marked as livepatch module, but livepatch support is disabled",
                  "this kernel patches nothing while it runs");
  }
  if (modinfo.first("livepatch")) {
    verdict.taints.push_back({.taint = Taint::livepatch,
                              .level = level::notice,
                              .text = "tainting kernel with TAINT_LIVEPATCH",
                              .only_first = true});
  }
  check_license(modinfo, verdict);
  if (modinfo.first("test"))
    verdict.taints.push_back({.taint = Taint::test, .text = "loading test module taints kernel."});
  return {};
}

// Modules that say GPL and are not: check_module_license_and_versions(). ndiswrapper is, but loads
// what is not; it keeps its GPL-only symbols.
void check_known_names(const link::Source& source, Verdict& verdict) {
  const std::string_view name = source.name;
  const bool wrapper = name == "ndiswrapper";
  if (!wrapper && name != "driverloader" && name != "lve") return;
  verdict.gpl_compatible &= wrapper;
  verdict.taints.push_back({.taint = Taint::proprietary,
                            .text = "module license taints kernel.",
                            .only_first = true,
                            .of_kernel = wrapper});
}

// A table of exports, and the CRCs that belong to it.
bool has_unversioned_exports(const elf::Object& object) {
  for (const char* kind : {"", "_gpl"}) {
    const elf::Section* table = object.find(fmt::format("__ksymtab{}", kind));
    if (table != nullptr && table->size != 0 &&
        object.find(fmt::format("__kcrctab{}", kind)) == nullptr)
      return true;
  }
  return false;
}

}  // namespace

Result<void> check(const Context& context, const link::Source& source,
                   const module::Modinfo& modinfo, const kernel::LoadOptions& options,
                   Verdict& verdict) {
  if (source.name.empty() || source.name.size() >= name_limit) {
    return refuse(source, verdict,
                  fmt::format("its name must have 1 to {} characters", name_limit - 1));
  }
  TRY_OK(check_this_module(context.core, source, verdict));
  const auto& blacklist = context.options.blacklist;
  if (std::ranges::find(blacklist, source.name) != blacklist.end()) {
    // The one line that does not begin with the module's name.
    verdict.log = fmt::format("Module {} is blacklisted", source.name);
    return fail(EPERM, source.name, "is on the blacklist that this kernel was started with",
                "stop the kernel, and start it without that");
  }
  TRY_OK(check_layout_version(context, source, options, verdict));
  TRY_OK(check_vermagic(context, source, modinfo, options, verdict));
  return check_origin(context, source, modinfo, verdict);
}

Result<void> check_late(const Context& context, const link::Source& source, Verdict& verdict) {
  if (source.object->find(".ctors") != nullptr && source.object->find(".init_array") != nullptr) {
    const std::string reason = "has both .ctors and .init_array.";
    verdict.log = fmt::format("{}: {}", source.name, reason);
    return fail(EINVAL, source.name, reason, rebuild_cure);
  }
  check_known_names(source, verdict);
  if (layout_crc(context.core) && has_unversioned_exports(*source.object))
    return force(context, source, "no versions for exported symbols", verdict);
  return {};
}

}  // namespace kmodern::ukernel
