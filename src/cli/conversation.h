// What goes between stdin and stdout and an open file of a user-space kernel.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "kernel/user/user.h"

namespace kmodern::cli {

// From now on SIGINT and SIGTERM break that connection, and so a call that waits in the kernel, and
// SIGPIPE is ignored.
void end_by_signals(int socket);
bool interrupted();

// An open file between stdin and stdout, which does one thing at a time: input goes first where
// there is some, and the file is read else.
class Conversation {
 public:
  Conversation(kernel::UserKernel& kernel, std::string path, int file, bool reads, bool writes)
      : kernel_(kernel), path_(std::move(path)), file_(file), reads_(reads), writes_(writes) {}

  // Until stdin and the file are both at their end.
  Result<void> run();

 private:
  bool input_waits() const;
  Result<void> pass_input();
  Result<void> pass_output();

  kernel::UserKernel& kernel_;
  std::string path_;
  int file_;
  bool reads_;
  bool writes_;
  bool at_end_ = false;  // the file had no more to give when it was asked last
  std::size_t written_ = 0;
  std::optional<Error> unreadable_;
};

}  // namespace kmodern::cli
