#include "ukernel/core/native/platform/credentials.h"

#include <unistd.h>

#include "base/process_status.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

extern "C" const struct platform_credentials* platform_caller(void) {
  const PlatformScope scope;
  thread_local struct platform_credentials result;
  result = {.uid = ::getuid(),
            .euid = ::geteuid(),
            .gid = ::getgid(),
            .egid = ::getegid(),
            .capabilities = ~0ULL};
  const auto status = ProcessStatus::of(this_thread().task.pid);
  if (!status) return &result;
  result.uid = status->number<uid_t>("Uid", 0).value_or(result.uid);
  result.euid = status->number<uid_t>("Uid", 1).value_or(result.euid);
  result.gid = status->number<gid_t>("Gid", 0).value_or(result.gid);
  result.egid = status->number<gid_t>("Gid", 1).value_or(result.egid);
  if (::geteuid() == 0) result.capabilities = status->set("CapEff");
  return &result;
}

}  // namespace kmodern::core
