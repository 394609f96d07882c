#include "ukernel/system_calls.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <new>

#include "base/text.h"
#include "kernel/finit_flags.h"
#include "module/decompress.h"
#include "ukernel/validity.h"

namespace kmodern::ukernel {

namespace {

constexpr int ignore_modversions = 1;  // MODULE_INIT_IGNORE_MODVERSIONS
constexpr int ignore_vermagic = 2;     // MODULE_INIT_IGNORE_VERMAGIC
constexpr int compressed_file = 4;     // MODULE_INIT_COMPRESSED_FILE
constexpr std::size_t elf_header_size = 64;

long result_of(const Result<void>& done) { return done ? 0 : -done.error().code; }

// kernel_read_file(): a regular file, open for reading, not empty.
Result<MappedFile> contents(const unique_fd& file, const std::string& path) {
  struct stat status;
  const int mode = ::fcntl(file.get(), F_GETFL);
  if (!file || mode < 0 || (mode & O_ACCMODE) == O_WRONLY || (mode & O_PATH) != 0)
    return fail(EBADF, path, "is not open for reading");
  if (::fstat(file.get(), &status) != 0) return fail_errno(errno, path, "cannot stat");
  if (!S_ISREG(status.st_mode) || status.st_size == 0)
    return fail(EINVAL, path, "is not a regular file with something in it");
  if (status.st_size > std::numeric_limits<int>::max()) return fail(EFBIG, path, "is too large");
  return MappedFile::map(file.get(), path);
}

// The kernel looks for an ELF header at the start, whatever is there.
long refuse_packed(Ukernel& kernel, ByteView image) {
  kernel.log(level::error, invalid_elf(image), false);
  return -ENOEXEC;
}

std::string path_of(const unique_fd& file) {
  std::string path(4096, 0);
  const ssize_t length =
      ::readlink(fmt::format("/proc/self/fd/{}", file.get()).c_str(), path.data(), path.size());
  path.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return path;
}

bool has_capability(pid_t pid, unsigned capability) {
  return ::geteuid() != 0 || has_effective(pid, capability);
}

}  // namespace

bool has_effective(pid_t pid, unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, pid};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return false;
  return (data[capability / 32].effective >> capability % 32 & 1) != 0;
}

long finit_module(Ukernel& kernel, bool capable, const unique_fd& file, std::string_view parameters,
                  int flags, const Interrupted& interrupted) try {
  if (!capable || kernel.modules_disabled()) return -EPERM;
  constexpr int on_demand = kernel::finit_on_demand;
  if ((flags & ~(ignore_modversions | ignore_vermagic | compressed_file | on_demand)) != 0)
    return -EINVAL;
  const std::string path = path_of(file);
  auto image = contents(file, path);
  if (!image) return -image.error().code;
  const bool packed = module::compression_of(image->view()) != module::Compression::none;
  if (packed && (flags & compressed_file) == 0) return refuse_packed(kernel, image->view());
  if (!packed && (flags & compressed_file) != 0) return -EINVAL;
  kernel::LoadOptions options;
  options.parameters = parameters;
  options.ignore_modversions = (flags & ignore_modversions) != 0;
  options.ignore_vermagic = (flags & ignore_vermagic) != 0;
  options.autoclean = options.on_demand = (flags & on_demand) != 0;
  return result_of(kernel.load(image->view(), path, options, interrupted));
} catch (const std::bad_alloc&) {
  return -ENOMEM;
}

long init_module(Ukernel& kernel, bool capable, ByteView image, std::string_view parameters,
                 const Interrupted& interrupted) try {
  if (!capable || kernel.modules_disabled()) return -EPERM;
  if (image.size() < elf_header_size) return -ENOEXEC;
  if (module::compression_of(image) != module::Compression::none)
    return refuse_packed(kernel, image);
  return result_of(
      kernel.load(image, "init_module", {.parameters = std::string(parameters)}, interrupted));
} catch (const std::bad_alloc&) {
  return -ENOMEM;
}

long delete_module(Ukernel& kernel, bool capable, const std::string& name, unsigned flags) try {
  if (!capable || kernel.modules_disabled()) return -EPERM;
  return result_of(kernel.unload(name, {.force = (flags & O_TRUNC) != 0}));
} catch (const std::bad_alloc&) {
  return -ENOMEM;
}

std::string comm_of(pid_t pid) {
  auto comm = read_file(fmt::format("/proc/{}/comm", pid), 4096);
  return comm ? std::string(trim(*comm)) : "?";
}

bool has_cap_sys_module(pid_t pid) { return has_capability(pid, CAP_SYS_MODULE); }

bool has_cap_syslog(pid_t pid) { return has_capability(pid, CAP_SYSLOG); }

}  // namespace kmodern::ukernel
