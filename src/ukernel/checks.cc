#include "ukernel/checks.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "ukernel/module.h"

namespace kmodern::ukernel {

namespace {

constexpr std::string_view layout_symbol = "module_layout";
constexpr const char* this_module_section = ".gnu.linkonce.this_module";
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

std::unexpected<Error> refuse(const link::Source& source, std::string reason) {
  return fail(ENOEXEC, source.name, std::move(reason), rebuild_cure);
}

Result<void> check_this_module(const core::Core& core, const link::Source& source) {
  std::size_t wanted = core.this_module_layout().size;
  const elf::Section* section = nullptr;
  for (const elf::Section& one : source.object->sections()) {
    if (one.name != this_module_section) continue;
    if (section != nullptr)
      return refuse(source, fmt::format("has more than one {} section", this_module_section));
    section = &one;
  }
  if (section == nullptr)
    return refuse(source, "No module found in object: it has no .gnu.linkonce.this_module section");
  if (!section->allocated() || !section->in_file())
    return refuse(source, fmt::format("its {} section has no content", this_module_section));
  if (wanted != 0 && section->size != wanted) {
    return refuse(source, fmt::format("its {} section has {} bytes, this kernel's struct module {}",
                                      this_module_section, section->size, wanted));
  }
  return {};
}

// check_modstruct_version() in kernel/module/version.c.
Result<void> check_layout_version(const core::Core& core, const link::Source& source,
                                  const kernel::LoadOptions& options, Verdict& verdict) {
  auto wanted = layout_crc(core);
  if (!wanted) return {};
  if (!source.has_versions || options.ignore_modversions) {
    verdict.check_versions = false;
    verdict.taints.push_back({Taint::forced_load, 4, "module_layout: kernel tainted.", true});
    return {};
  }
  auto has = std::ranges::find_if(
      source.versions, [](const auto& version) { return version.name == layout_symbol; });
  if (has == source.versions.end()) return refuse(source, "no symbol version for module_layout");
  if (has->crc != *wanted) return refuse(source, "disagrees about version of symbol module_layout");
  return {};
}

Result<void> check_vermagic(const core::Core& core, const link::Source& source,
                            const module::Modinfo& modinfo, const kernel::LoadOptions& options,
                            Verdict& verdict) {
  auto magic = modinfo.first("vermagic");
  if (!magic || options.ignore_vermagic) {
    verdict.taints.push_back({Taint::forced_load, 4, "bad vermagic: kernel tainted.", true});
    return {};
  }
  std::string mine = core.vermagic();
  // With modversions the release may differ: the CRCs say better what fits (same_magic()).
  bool same =
      source.has_versions ? without_release(*magic) == without_release(mine) : *magic == mine;
  if (!same) return refuse(source, fmt::format("version magic '{}' should be '{}'", *magic, mine));
  return {};
}

void check_license(const module::Modinfo& modinfo, Verdict& verdict) {
  std::string_view license = modinfo.first("license").value_or("unspecified");
  verdict.gpl_compatible = module::license_is_gpl_compatible(license);
  if (verdict.gpl_compatible) return;
  verdict.taints.push_back(
      {Taint::proprietary, 4, fmt::format("module license '{}' taints kernel.", license), true});
}

}  // namespace

Result<Verdict> check(const core::Core& core, const link::Source& source,
                      const module::Modinfo& modinfo, const kernel::LoadOptions& options) {
  Verdict verdict;
  if (source.name.empty() || source.name.size() >= name_limit) {
    return fail(ENOEXEC, source.name,
                fmt::format("its name must have 1 to {} characters", name_limit - 1));
  }
  TRY_OK(check_this_module(core, source));
  TRY_OK(check_layout_version(core, source, options, verdict));
  TRY_OK(check_vermagic(core, source, modinfo, options, verdict));
  if (!modinfo.first("intree"))
    verdict.taints.push_back(
        {Taint::out_of_tree, 4, "loading out-of-tree module taints kernel.", true});
  if (modinfo.first("staging")) {
    verdict.taints.push_back({Taint::staging, 4,
                              "module is from the staging directory, the quality is unknown, you "
                              "have been warned.",
                              false});
  }
  check_license(modinfo, verdict);
  if (modinfo.first("test"))
    verdict.taints.push_back({Taint::test, 4, "loading test module taints kernel.", false});
  if (modinfo.first("livepatch"))
    return refuse(source,
                  "module is marked as livepatch module, but livepatch support is disabled");
  return verdict;
}

}  // namespace kmodern::ukernel
