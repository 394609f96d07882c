// Links many modules against one kernel and each other, without running any: what `kmodern link`
// does. Nothing stays in memory but addresses; images live in one buffer per thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ukernel/link/kernel_exports.h"

namespace kmodern::ukernel::link {

struct BatchFile {
  std::string path;
  bool wanted = true;  // linked; if not, only its exports count, as if it were loaded
};

struct BatchFailure {
  std::string path;
  std::string module;              // empty if the file could not be read
  std::vector<std::string> lines;  // the reasons, one line each
};

struct BatchResult {
  std::size_t wanted = 0;
  std::size_t linked = 0;
  std::size_t relocations = 0;
  std::size_t imports = 0;             // references resolved
  std::size_t versions_checked = 0;    // CRCs compared and equal
  std::size_t versions_differ = 0;     // references refused for their CRC
  std::size_t unresolved = 0;          // references refused for anything
  std::uint64_t bytes = 0;             // of address space that the modules take
  std::vector<BatchFailure> failures;  // in the order of the files
};

// Two passes, each on all processors: give every module its addresses and collect what all export;
// then resolve and relocate.
BatchResult link_all(const std::vector<BatchFile>& files, KernelExports kernel);

}  // namespace kmodern::ukernel::link
