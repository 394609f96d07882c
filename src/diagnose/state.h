// What is known of a module by its name: whether it is there, where it comes from, what stands for
// and against it. `kmodern why` prints it.
#pragma once

#include <string>
#include <vector>

#include "diagnose/diagnose.h"

namespace kmodern::diagnose {

struct StateFacts {
  std::string wanted;  // as the person wrote it
  std::string module;  // the module that it leads to; empty if it leads to none
  KernelFacts kernel;
  bool builtin = false;
  std::string path;                       // of the file that the database knows; empty if none
  std::vector<std::string> dependencies;  // names, in the order of loading
  bool blacklisted = false;
  std::string install_command;   // of modprobe.d; empty if there is none
  std::string options;           // of modprobe.d and the kernel command line
  std::string file_problem;      // what is wrong with the file; empty if nothing is
  std::string database_problem;  // why nothing can be looked up; empty if it can
  std::vector<std::string> near;
};

// One fact per line, the answer first.
std::vector<std::string> why(const StateFacts& facts);

// Gathers them; both parts of `around` must be there.
StateFacts state_of(kernel::Kernel& kernel, const std::string& wanted, const Surroundings& around);

}  // namespace kmodern::diagnose
