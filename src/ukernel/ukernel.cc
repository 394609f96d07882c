#include "ukernel/ukernel.h"

#include <fmt/core.h>

#include <cerrno>

#include "module/module.h"
#include "ukernel/loader.h"
#include "ukernel/oops.h"
#include "ukernel/unload.h"

namespace kmodern::ukernel {

namespace {

std::unexpected<Error> disabled(const std::string& subject) {
  return fail(EPERM, subject,
              "/proc/sys/kernel/modules_disabled is 1: nothing is loaded or unloaded any more",
              "stop the kernel, and start it anew");
}

}  // namespace

Result<std::unique_ptr<Ukernel>> Ukernel::start(std::unique_ptr<core::Core> core) {
  std::unique_ptr<Ukernel> kernel(new Ukernel(std::move(core)));
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
  kernel->context_.log.write(level::notice,
                             fmt::format("kmodern user-space kernel {}, {} exported symbols",
                                         kernel->release(), kernel->context_.symbols.size()));
  return kernel;
}

Result<void> Ukernel::load(ByteView image, const std::string& path,
                           const kernel::LoadOptions& options) {
  if (modules_disabled()) return disabled(path);
  auto file = module::ModuleFile::from_memory(image, path);
  if (!file) {
    context_.log.write(level::error, fmt::format("{}: {}", path, file.error().reason));
    return std::unexpected(file.error());
  }
  return ukernel::load(context_, *file, options);
}

Result<void> Ukernel::unload(const std::string& name, const kernel::UnloadOptions& options) {
  if (modules_disabled()) return disabled(name);
  return ukernel::unload(context_, name, options);
}

Result<std::unique_ptr<Device>> Ukernel::open(const std::string& path, int flags, int pid,
                                              const std::string& comm) {
  TRY(auto file, core_->open(path, flags, {"open file " + path, pid, comm}));
  return std::make_unique<Device>(context_, path, std::move(file));
}

void Ukernel::log(int level, std::string_view text, bool continuation) {
  if (continuation)
    context_.log.extend(level, text);
  else
    context_.log.write(level, text);
}

bool Ukernel::module_get(const void* this_module, const core::Holder& holder) {
  return this_module == nullptr || context_.modules.get(this_module, holder);
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

std::string Ukernel::symbolize(std::uintptr_t address) {
  return ukernel::symbolize(context_, address);
}

}  // namespace kmodern::ukernel
