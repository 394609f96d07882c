#include "module/library.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <cerrno>

namespace kmodern::module {

Result<Library> Library::load(const char* soname, std::string_view package,
                              const std::string& subject) {
  void* handle = ::dlopen(soname, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return fail(ENOPKG, subject,
                fmt::format("needs {}, which cannot be loaded ({})", soname, ::dlerror()),
                fmt::format("install the package {}", package));
  }
  return Library(handle);
}

void* Library::symbol(const char* name) const { return ::dlsym(handle_, name); }

}  // namespace kmodern::module
