// Small real modules for tests, built by the machine's gcc, and a kernel to load them into.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ukernel/test_core.h"
#include "ukernel/ukernel.h"

namespace kmodern::test {

// Builds a module of that name and gives back its path. `source` is C; it has the macros of
// test_module.cc (INFO, PARAMETER, EXPORT, VERSION) and must define `int init_module(void)` and
// `void cleanup_module(void)` unless it defines NO_INIT or NO_EXIT first. License and vermagic are
// right unless `source` defines LICENSE or VERMAGIC.
std::string build_module(const std::string& name, const std::string& source);

// An init that returns 0 and an empty exit.
inline constexpr const char* plain =
    "int init_module(void) { return 0; }\n"
    "void cleanup_module(void) { }\n";

class KernelTest : public ::testing::Test {
 protected:
  KernelTest() { boot({}); }

  // A new kernel in place of the one so far.
  void boot(ukernel::BootOptions options);
  Result<void> load(const std::string& path, const std::string& parameters = "");
  Result<void> build_and_load(const std::string& name, const std::string& source,
                              const std::string& parameters = "");
  Result<void> unload(const std::string& name, bool force = false);

  // The log's texts, one per line.
  std::string log() const;
  bool logged(const std::string& part) const { return log().find(part) != std::string::npos; }
  // The module as it is listed; fails the test if it is not.
  kernel::LoadedModule listed(const std::string& name) const;

  TestCore* core_;  // the kernel's
  std::unique_ptr<ukernel::Ukernel> kernel_;
};

// The error of a call that must fail.
template <typename T>
Error error_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? Error{} : result.error();
}

}  // namespace kmodern::test

// A Result that must be good; says what is wrong if it isn't.
#define EXPECT_GOOD(expression)                                               \
  do {                                                                        \
    auto kmodern_result = (expression);                                       \
    EXPECT_TRUE(kmodern_result) << kmodern::describe(kmodern_result.error()); \
  } while (false)
