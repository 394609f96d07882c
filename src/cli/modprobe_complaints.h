// What modprobe says when a name leads nowhere, nothing can be planned, or a step has failed:
// kmod's line first, then why, and what can be done.
#pragma once

#include <string>
#include <string_view>

#include "cli/options.h"
#include "database/database.h"
#include "kernel/execute.h"

namespace kmodern::cli {

// An argument that is a file, not a name.
bool is_path(std::string_view argument);

// Borrows all that it is made of.
class ModprobeComplaints {
 public:
  // `all`: a failure is only one among others.
  ModprobeComplaints(const Messages& messages, const config::Config& config,
                     const database::Database& database, bool all)
      : messages_(messages),
        config_(config),
        database_(database),
        grave_(all ? Level::warning : Level::fatal) {}

  void not_found(const std::string& argument) const;
  void not_found_for_removal(const std::string& argument) const;
  void no_plan(const std::string& argument, const Error& error) const;
  void no_plan_for_removal(const Error& error) const;
  void not_in_kernel(const std::string& module) const;

  // `verb`: "insert" or "remove".
  void failed(kernel::Kernel& kernel, const kernel::Outcome::Failure& failure,
              std::string_view verb, Level level) const;

 private:
  void explain_absence(const std::string& argument) const;

  const Messages& messages_;
  const config::Config& config_;
  const database::Database& database_;
  Level grave_;
};

}  // namespace kmodern::cli
