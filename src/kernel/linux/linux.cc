#include "kernel/linux/linux.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <linux/module.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "kernel/finit_flags.h"
#include "kernel/linux/force.h"
#include "kernel/linux/kmsg.h"
#include "kernel/proc_modules.h"
#include "kernel/taints.h"
#include "module/decompress.h"
#include "module/module.h"

#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4  // since Linux 5.17
#endif

namespace kmodern::kernel {
namespace {

constexpr std::string_view use_user_kernel =
    "run modules in the user-space kernel: `kmodern kernel start`, then --kernel user";

Result<module::Compression> compression_of_file(int fd, const std::string& path) {
  std::array<std::byte, 8> start{};
  ssize_t got = ::pread(fd, start.data(), start.size(), 0);
  if (got < 0) return fail_errno(errno, path, "cannot read");
  return module::compression_of(
      ByteView(std::span<const std::byte>(start.data(), static_cast<std::size_t>(got))));
}

// The name under which the kernel would log about this file.
std::string logged_name(const std::string& path) {
  if (auto file = module::ModuleFile::open(path)) {
    if (auto name = file->name()) return *name;
  }
  return module_name_of_path(path).value_or(path);
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string first_word_of(const std::string& path) {
  auto text = read_file(path, 4096);
  return text ? std::string(trim(*text)) : std::string();
}

}  // namespace

Result<std::unique_ptr<Kernel>> open_linux() { return std::make_unique<LinuxKernel>(); }

Result<std::string> LinuxKernel::release() {
  std::string text;
  if (int code = calls_->release(text); code != 0)
    return fail_errno(code, "uname", "cannot read the kernel's release");
  return text;
}

std::unexpected<Error> LinuxKernel::no_module_support() const {
  return fail(ENOSYS, "linux",
              "the running kernel has no module support (it was built without CONFIG_MODULES)",
              std::string(use_user_kernel));
}

std::string LinuxKernel::reason_for_eperm() const {
  if (first_word_of(roots_.proc + "/sys/kernel/modules_disabled") == "1")
    return "/proc/sys/kernel/modules_disabled is 1: nothing is loaded or unloaded until the next "
           "boot";
  std::string lockdown = first_word_of(roots_.sys + "/kernel/security/lockdown");
  if (lockdown.find("[integrity]") != std::string::npos ||
      lockdown.find("[confidentiality]") != std::string::npos)
    return "the kernel is locked down (" + lockdown + ") and takes signed modules only";
  if (::geteuid() != 0) return "this needs CAP_SYS_MODULE: you are not root";
  return "the kernel does not permit it (no CAP_SYS_MODULE, module_blacklist= on its command "
         "line, or a security module)";
}

std::unexpected<Error> LinuxKernel::refused(int code, const std::string& subject,
                                            std::string said) const {
  if (code == ENOSYS) return no_module_support();
  if (said.empty() && code == EPERM) said = reason_for_eperm();
  if (said.empty()) return fail_errno(code, subject, "the kernel refuses it");
  return fail(code, subject, std::move(said));
}

int LinuxKernel::load_file(int fd, const LoadOptions& options, bool compressed) {
  int flags = 0;
  if (options.ignore_modversions) flags |= MODULE_INIT_IGNORE_MODVERSIONS;
  if (options.ignore_vermagic) flags |= MODULE_INIT_IGNORE_VERMAGIC;
  if (compressed) flags |= MODULE_INIT_COMPRESSED_FILE;
  if (options.on_demand) flags |= finit_on_demand;
  return calls_->finit_module(fd, options.parameters, flags);
}

// init_module(2) with the decompressed image; the result is the errno.
Result<int> LinuxKernel::load_image(int fd, const std::string& path, const LoadOptions& options) {
  TRY(auto file, MappedFile::map(fd, path));
  TRY(auto image, module::decompress(module::compression_of(file.view()), file.view(), path));
  if (!options.ignore_modversions && !options.ignore_vermagic)
    return calls_->init_module(image, options.parameters);
  std::string changed(image.view().text());
  TRY(std::size_t size, strip_marks(std::as_writable_bytes(std::span(changed)), options, path));
  return calls_->init_module(ByteView(std::string_view(changed).substr(0, size)),
                             options.parameters);
}

// Whether these system calls are a user-space kernel's: flags are looked at before the descriptor.
bool LinuxKernel::knows_on_demand() {
  return calls_->finit_module(-1, "", finit_on_demand) == EBADF;
}

Result<void> LinuxKernel::load(const std::string& path, const LoadOptions& options) {
  LoadOptions known = options;
  known.on_demand = options.on_demand && knows_on_demand();
  TRY(auto fd, open_for_reading(path));
  TRY(auto compression, compression_of_file(fd.get(), path));
  const bool compressed = compression != module::Compression::none;
  const bool kernel_decompresses =
      compressed && first_word_of(roots_.sys + "/module/compression") == module::name(compression);

  KernelLog log(roots_.log);
  int code = ENOSYS;
  if (!compressed || kernel_decompresses || known.on_demand)
    code = load_file(fd.get(), known, compressed);
  if (code == ENOSYS || (code == EOPNOTSUPP && compressed)) {
    TRY(code, load_image(fd.get(), path, known));
  }
  if (code == 0) return {};
  auto said = log.since(logged_name(path));
  return refused(code, path, fmt::format("{}", fmt::join(said, "; ")));
}

Result<void> LinuxKernel::unload(const std::string& name, const UnloadOptions& options) {
  // O_NONBLOCK: kernels before 3.13 would wait for the last user otherwise.
  unsigned flags = O_NONBLOCK | (options.force ? O_TRUNC : 0);
  if (int code = calls_->delete_module(name, flags); code != 0) return refused(code, name, {});
  return {};
}

Result<std::vector<LoadedModule>> LinuxKernel::modules() {
  const std::string path = roots_.proc + "/modules";
  auto text = read_file(path);
  if (!text && text.error().code == ENOENT) {
    if (exists(roots_.proc + "/self") || exists(roots_.proc + "/version"))
      return no_module_support();
    return fail(ENOENT, path, "is not there: /proc is not mounted", "mount -t proc proc /proc");
  }
  TRY_OK(text);
  return parse_proc_modules(*text, path);
}

Result<std::optional<LoadedModule>> LinuxKernel::module(const std::string& name) {
  TRY(auto loaded, modules());
  for (LoadedModule& each : loaded) {
    if (each.name == name) return std::move(each);
  }
  return std::nullopt;
}

Result<bool> LinuxKernel::builtin(const std::string& name) {
  const std::string folder = roots_.sys + "/module/" + name;
  return !name.empty() && exists(folder) && !exists(folder + "/initstate");
}

Result<std::uint64_t> LinuxKernel::tainted() {
  const std::string path = roots_.proc + "/sys/kernel/tainted";
  TRY(const std::string text, read_file(path));
  return parse_tainted(text, path);
}

}  // namespace kmodern::kernel
