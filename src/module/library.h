// Shared libraries that are loaded only when they are needed.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace kmodern::module {

class Library {
 public:
  // Loads `soname`; it stays loaded for the life of the process. Error: ENOPKG naming `subject`,
  // the file that needs it, and `package`, the Debian package that has it.
  static Result<Library> load(const char* soname, std::string_view package,
                              const std::string& subject);

  // Sets `function` to the library's function of that name; false if it has none.
  template <typename F>
  bool bind(F*& function, const char* name) const {
    function = reinterpret_cast<F*>(symbol(name));
    return function != nullptr;
  }

 private:
  explicit Library(void* handle) : handle_(handle) {}
  void* symbol(const char* name) const;
  void* handle_;
};

}  // namespace kmodern::module
