#include "ukernel/session_answers.h"

#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "base/file.h"

namespace kmodern::ukernel {

kernel::protocol::Message message(kernel::protocol::Json::object_t members) {
  kernel::protocol::Message result;
  result.json = std::move(members);
  return result;
}

Result<kernel::protocol::Message> text_message(std::string_view text, const std::string& subject,
                                               kernel::protocol::Json::object_t members) {
  members["size"] = text.size();
  auto reply = message(std::move(members));
  reply.fd.reset(::memfd_create("text", MFD_CLOEXEC));
  if (!reply.fd) return fail_errno(errno, subject, "cannot make a file for the answer");
  TRY_OK(write_all(reply.fd.get(), text, subject));
  return reply;
}

}  // namespace kmodern::ukernel
