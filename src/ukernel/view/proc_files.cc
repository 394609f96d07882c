#include "ukernel/view/proc_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/text.h"
#include "ukernel/classic/classic.h"

namespace kmodern::ukernel {

namespace {

std::string_view state_word(kernel::State state) {
  switch (state) {
    case kernel::State::coming:
      return "Loading";
    case kernel::State::going:
      return "Unloading";
    case kernel::State::live:
      break;
  }
  return "Live";
}

// A number as proc_get_long() in kernel/sysctl.c takes it.
std::optional<int> integer(std::string_view word) {
  const bool negative = word.starts_with('-');
  if (negative) word.remove_prefix(1);
  const auto value = parse_number(word);
  if (!value || *value > static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
    return std::nullopt;
  return negative ? -static_cast<int>(*value) : static_cast<int>(*value);
}

// What stands behind the first is not looked at.
std::optional<int> first_integer(std::string_view text) {
  const auto words = split(text);
  return words.empty() ? std::nullopt : integer(words[0]);
}

Result<std::string> modules(Context& context) {
  return proc_modules_text(context.modules.snapshot());
}

Result<std::string> kallsyms(Context& context) {
  std::string text;
  std::vector<core::Export> exports(context.core.exports().begin(), context.core.exports().end());
  std::ranges::sort(exports, {}, &core::Export::address);
  for (const core::Export& symbol : exports)
    fmt::format_to(std::back_inserter(text), "{:016x} T {}\n", symbol.address, symbol.name);
  auto known = context.kallsyms.by_owner();
  for (const kernel::LoadedModule& module : context.modules.snapshot()) {
    for (const KnownSymbol& symbol : known[module.name]) {
      fmt::format_to(std::back_inserter(text), "{:016x} {} {}\t[{}]\n", symbol.address, symbol.type,
                     symbol.name, module.name);
    }
  }
  return text;
}

Result<std::string> ksyms(Context& context) { return classic::ksyms_text(context); }

Result<std::string> classic_modules(Context& context) { return classic::modules_text(context); }

Result<std::string> modprobe(Context& context) { return context.settings.modprobe() + "\n"; }

Result<void> set_modprobe(Context& context, std::string_view text) {
  constexpr std::size_t longest = 255;  // KMOD_PATH_LEN less its NUL
  context.settings.set_modprobe(std::string(text.substr(0, text.find('\n')).substr(0, longest)));
  return {};
}

Result<std::string> modprobe_options(Context& context) {
  return context.settings.modprobe_options() + "\n";
}

Result<void> set_modprobe_options(Context& context, std::string_view text) {
  context.settings.set_modprobe_options(std::string(trim(text)));
  return {};
}

Result<std::string> modprobe_timeout(Context& context) {
  return fmt::format("{}\n", context.settings.modprobe_timeout().count());
}

Result<void> set_modprobe_timeout(Context& context, std::string_view text) {
  constexpr std::uint64_t longest = 86400;
  const auto seconds = parse_number(trim(text));
  if (!seconds || *seconds > longest)
    return fail(EINVAL, "/proc/sys/kernel/modprobe_timeout",
                "takes seconds, at most a day; 0: no limit");
  context.settings.set_modprobe_timeout(std::chrono::seconds(*seconds));
  return {};
}

Result<std::string> module_loader(Context& context) {
  return context.settings.module_loader() == Settings::Loader::kerneld ? "kerneld\n" : "modprobe\n";
}

Result<void> set_module_loader(Context& context, std::string_view text) {
  const std::string_view word = trim(text);
  if (word != "kerneld" && word != "modprobe")
    return fail(EINVAL, "/proc/sys/kernel/module_loader", "takes kerneld or modprobe");
  context.settings.set_module_loader(word == "kerneld" ? Settings::Loader::kerneld
                                                       : Settings::Loader::modprobe);
  return {};
}

Result<std::string> modules_disabled(Context& context) {
  return context.settings.modules_disabled() ? "1\n" : "0\n";
}

Result<void> set_modules_disabled(Context& context, std::string_view text) {
  // One way: it takes 1 only.
  if (first_integer(text) != 1)
    return fail(EINVAL, "/proc/sys/kernel/modules_disabled", "takes 1 and nothing else");
  context.settings.disable_modules();
  return {};
}

Result<std::string> kptr_restrict(Context& context) {
  return fmt::format("{}\n", context.settings.kptr_restrict());
}

Result<void> set_kptr_restrict(Context& context, std::string_view text) {
  const auto level = first_integer(text);
  if (!level || *level < 0 || *level > 2)
    return fail(EINVAL, "/proc/sys/kernel/kptr_restrict", "takes 0, 1 or 2");
  context.settings.set_kptr_restrict(*level);
  return {};
}

Result<std::string> tainted(Context& context) { return fmt::format("{}\n", context.taints.mask()); }

Result<void> set_tainted(Context& context, std::string_view text) {
  const auto mask = parse_number(trim(text));
  if (!mask) return fail(EINVAL, "/proc/sys/kernel/tainted", "takes a number");
  context.taints.add(*mask);
  return {};
}

Result<std::string> printk(Context& context) {
  return fmt::format("{}\n", fmt::join(context.settings.printk(), "\t"));
}

Result<void> set_printk(Context& context, std::string_view text) {
  auto levels = context.settings.printk();
  std::size_t index = 0;
  for (std::string_view word : split(text)) {
    if (index == levels.size()) break;
    const auto level = integer(word);
    if (!level) return fail(EINVAL, "/proc/sys/kernel/printk", "takes up to four levels");
    levels[index++] = *level;
  }
  if (index == 0) return fail(EINVAL, "/proc/sys/kernel/printk", "takes up to four levels");
  context.settings.set_printk(levels);
  return {};
}

Result<std::string> osrelease(Context& context) { return context.core.release() + "\n"; }

constexpr ProcFile files[] = {
    {"/proc/modules", 0444, modules, nullptr},
    {"/proc/kallsyms", 0444, kallsyms, nullptr},
    {"/proc/ksyms", 0444, ksyms, nullptr},
    {"/proc/classic/modules", 0444, classic_modules, nullptr},
    {"/proc/sys/kernel/modprobe", 0644, modprobe, set_modprobe},
    {"/proc/sys/kernel/modprobe_options", 0644, modprobe_options, set_modprobe_options},
    {"/proc/sys/kernel/modprobe_timeout", 0644, modprobe_timeout, set_modprobe_timeout},
    {"/proc/sys/kernel/module_loader", 0644, module_loader, set_module_loader},
    {"/proc/sys/kernel/modules_disabled", 0644, modules_disabled, set_modules_disabled},
    {"/proc/sys/kernel/kptr_restrict", 0644, kptr_restrict, set_kptr_restrict},
    {"/proc/sys/kernel/tainted", 0644, tainted, set_tainted},
    {"/proc/sys/kernel/printk", 0644, printk, set_printk},
    {"/proc/sys/kernel/osrelease", 0444, osrelease, nullptr},
};

}  // namespace

const ProcFile* find_proc_file(std::string_view path) {
  if (!path.starts_with("/proc/")) return nullptr;
  const auto* found = std::ranges::find(files, path, &ProcFile::path);
  return found == std::end(files) ? nullptr : found;
}

std::vector<std::string_view> proc_paths() {
  std::vector<std::string_view> paths;
  for (const ProcFile& file : files) paths.push_back(file.path);
  return paths;
}

std::string proc_modules_text(const std::vector<kernel::LoadedModule>& modules) {
  std::string text;
  for (const kernel::LoadedModule& module : modules) {
    std::string users;
    for (const std::string& holder : module.holders) users += holder + ",";
    if (module.permanent) users += "[permanent],";
    if (users.empty()) users = "-";
    const std::string flags = flags_of(module);
    fmt::format_to(std::back_inserter(text), "{} {} {} {} {} 0x{:016x}{}{}\n", module.name,
                   module.size, module.refcnt, users, state_word(module.state), module.address,
                   flags.empty() ? "" : " ", flags);
  }
  return text;
}

}  // namespace kmodern::ukernel
