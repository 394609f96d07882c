#include "ukernel/ukernel.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>

#include "ukernel/classic/classic.h"
#include "ukernel/loader.h"
#include "ukernel/on_behalf.h"
#include "ukernel/oops.h"
#include "ukernel/system_calls.h"
#include "ukernel/unload.h"
#include "ukernel/view/addresses.h"

namespace kmodern::ukernel {

namespace {

constexpr std::size_t longest_written = 16 << 20;  // bytes of one file

std::unexpected<Error> disabled(const std::string& subject) {
  return fail(EPERM, subject,
              "/proc/sys/kernel/modules_disabled is 1: nothing is loaded or unloaded any more",
              "stop the kernel, and start it anew");
}

// Modules may want to know of others; a classic one has no struct module that they know.
int tell_modules(Context& context, ModuleEvent event, const Module& module) {
  if (module.classic) return 0;
  const core::CallResult told = context.core.tell(event, module.this_module);
  if (told) return static_cast<int>(-*told);
  record_oops(context, told.error(), "");
  return EFAULT;
}

// What `function` gives; ENOMEM if it could not have memory.
template <typename F>
auto or_no_memory(const std::string& subject, F function) -> decltype(function()) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return fail_errno(ENOMEM, subject, "cannot be done");
  }
}

}  // namespace

Result<std::unique_ptr<Ukernel>> Ukernel::start(std::unique_ptr<core::Core> core,
                                                BootOptions options) {
  std::unique_ptr<Ukernel> kernel(new Ukernel(std::move(core), std::move(options)));
  std::vector<NamedDefinition> symbols;
  for (const core::Export& one : kernel->core_->exports()) {
    if (one.address >= low_end) {
      return fail(EINVAL, std::string(one.name),
                  fmt::format("is at {:#x}, where code of modules cannot reach it", one.address),
                  "link the program that holds the core with -no-pie");
    }
    symbols.push_back(
        {std::string(one.name),
         {one.address, one.crc, one.gpl_only, std::string(one.symbol_namespace), "", false}});
  }
  TRY_OK(kernel->context_.symbols.add(std::move(symbols)));
  kernel->core_->attach(*kernel);
  kernel->context_.notifiers.add(
      [&context = kernel->context_](ModuleEvent event, const Module& module) {
        return tell_modules(context, event, module);
      });
  kernel->context_.log.write(level::notice,
                             fmt::format("kmodern user-space kernel {}, {} exported symbols",
                                         kernel->release(), kernel->context_.symbols.size()));
  return kernel;
}

Result<void> Ukernel::load(ByteView image, const std::string& path,
                           const kernel::LoadOptions& options, const Interrupted& interrupted) {
  if (modules_disabled()) return disabled(path);
  try {
    return ukernel::load(context_, {image, path, options, interrupted});
  } catch (const std::bad_alloc&) {
    return fail_errno(ENOMEM, path, "cannot load");
  }
}

Result<void> Ukernel::unload(const std::string& name, const kernel::UnloadOptions& options) {
  if (modules_disabled()) return disabled(name);
  try {
    if (settle_) settle_();
    if (auto module = context_.modules.find(name); module != nullptr && module->classic)
      return classic::delete_module(context_, name, options);
    return ukernel::unload(context_, name, options);
  } catch (const std::bad_alloc&) {
    return fail_errno(ENOMEM, name, "cannot unload");
  }
}

Result<std::uint64_t> Ukernel::create_module(const std::string& name, std::uint64_t size) {
  if (modules_disabled()) return disabled(name);
  return or_no_memory(name, [&] { return classic::create_module(context_, name, size); });
}

Result<void> Ukernel::init_module(const std::string& name, ByteView image) {
  if (modules_disabled()) return disabled(name);
  return or_no_memory(name, [&] { return classic::init_module(context_, name, image); });
}

Result<kernel::classic::Answer> Ukernel::query_module(const std::optional<std::string>& name,
                                                      kernel::classic::Query query) {
  return or_no_memory("query_module", [&] { return classic::query_module(context_, name, query); });
}

Result<kernel::classic::Answer> Ukernel::get_kernel_syms() {
  return or_no_memory("get_kernel_syms", [&]() -> Result<kernel::classic::Answer> {
    return classic::get_kernel_syms(context_);
  });
}

Result<std::string> Ukernel::modules_text() { return classic::modules_text(context_); }

Result<void> Ukernel::taint(std::uint64_t mask) {
  context_.taints.add(mask);
  return {};
}

Result<std::vector<std::string>> Ukernel::remove_idle() {
  if (modules_disabled()) return disabled("delete_module");
  return or_no_memory("delete_module", [&]() -> Result<std::vector<std::string>> {
    if (settle_) settle_();
    return classic::sweep(context_);
  });
}

Result<std::unique_ptr<Device>> Ukernel::open(const std::string& path, int flags, int pid,
                                              const std::string& comm) {
  // The core finds a device by its number where it has no node of its own.
  std::string known = path;
  const auto node = core_->find(path) ? std::nullopt : view_.find(path);
  if (node && (node->kind == Node::Kind::character || node->kind == Node::Kind::block)) {
    const bool block = node->kind == Node::Kind::block;
    known = fmt::format("/dev/{}/{}:{}", block ? "block" : "char", node->major, node->minor);
  }
  auto file = core_->open(known, flags, {"open file " + path, pid, comm});
  if (!file) {
    file.error().subject = path;
    return std::unexpected(std::move(file).error());
  }
  return std::make_unique<Device>(context_, path, std::move(*file));
}

Result<std::unique_ptr<Device>> Ukernel::use(core::Use use, int pid, const std::string& comm) {
  const std::string what = fmt::format("{}", fmt::join(use.words, " "));
  TRY(auto file, core_->use(std::move(use), {what, pid, comm}));
  return std::make_unique<Device>(context_, what, std::move(file));
}

// kallsyms_show_value() in kernel/ksyms_common.c, where perf is not for everyone.
bool Ukernel::shows_addresses(int pid) const {
  return context_.settings.kptr_restrict() < 2 && has_cap_syslog(pid);
}

Result<std::string> Ukernel::read_file(const std::string& path, int pid, const std::string& comm) {
  const auto node = view_.find(path);
  if (!node || !node->opened) {
    TRY(std::string text, view_.read(path));
    return shows_addresses(pid) ? text : without_addresses(path, std::move(text));
  }
  TRY(auto file, open(path, O_RDONLY, pid, comm));
  std::string text;
  std::array<std::byte, 64 << 10> buffer;
  while (true) {
    TRY(const long got, file->read(buffer));
    if (got == 0) break;
    text.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(got));
    if (text.size() > longest_written)
      return fail(EFBIG, path, "has no end", "`kmodern open -r` reads it as it comes");
  }
  TRY_OK(file->close());
  return text;
}

std::vector<std::string> Ukernel::devices() {
  std::vector<std::string> paths;
  std::vector<std::string> folders = {"/dev"};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    for (const std::string& name : core_->list(folder)) {
      const std::string path = fmt::format("{}/{}", folder, name);
      const auto node = core_->find(path);
      if (node && node->kind == core::Node::Kind::folder) folders.push_back(path);
      if (node &&
          (node->kind == core::Node::Kind::character || node->kind == core::Node::Kind::block))
        paths.push_back(path);
    }
  }
  std::ranges::sort(paths);
  return paths;
}

void Ukernel::log(int level, std::string_view text, bool continuation) {
  if (continuation)
    context_.log.extend(level, text);
  else
    context_.log.write(level, text);
}

bool Ukernel::module_get(const void* this_module, const core::Holder& holder) {
  try {
    return this_module == nullptr || context_.modules.get(this_module, holder);
  } catch (const std::bad_alloc&) {
    return false;  // module code cannot be unwound
  }
}

void Ukernel::module_put(const void* this_module, const core::Holder& holder) {
  if (this_module == nullptr || context_.modules.put(this_module, holder)) return;
  context_.log.write(level::warning, "module_put: without a reference to put");
}

int Ukernel::module_refcount(const void* this_module) {
  return context_.modules.refcount(this_module);
}

void Ukernel::oops(const core::Fault& fault) { record_oops(context_, fault, ""); }

const void* Ukernel::module_at(std::uintptr_t address) {
  auto owner = context_.kallsyms.owner(address);
  auto module = owner ? context_.modules.find(*owner) : nullptr;
  return module == nullptr ? nullptr : module->this_module;
}

int Ukernel::request_module(const core::Wanted& wanted) {
  const OnBehalf::Process& caller = OnBehalf::now();
  if (wanted.pid != 0 || caller.pid == 0) return requests_.request(wanted);
  core::Wanted by_caller = wanted;
  by_caller.pid = caller.pid;
  by_caller.comm = caller.comm.empty() ? comm_of(caller.pid) : caller.comm;
  return requests_.request(by_caller);
}

std::string Ukernel::symbolize(std::uintptr_t address) {
  return ukernel::symbolize(context_, address);
}

}  // namespace kmodern::ukernel
