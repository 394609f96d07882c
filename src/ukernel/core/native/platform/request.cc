// Asking for modules on behalf of what this thread is doing.
#include <fmt/core.h>

#include <array>

#include "ukernel/core/native/api/kernel/about.h"
#include "ukernel/core/native/platform/guard.h"
#include "ukernel/core/native/platform/thread.h"
#include "ukernel/core/native/platform/tick.h"

namespace kmodern::core {

namespace {

// The module whose code called; empty if there is none.
std::string calling_module() {
  std::array<unsigned long, 8> trace;
  const int depth = platform_backtrace(trace.data(), static_cast<int>(trace.size()));
  for (int index = 0; index < depth; ++index) {
    const auto* module =
        static_cast<const char*>(host()->module_at(trace[static_cast<std::size_t>(index)]));
    if (module != nullptr) return module + api_module_layout.name;
  }
  return "";
}

std::string cause_of(const char* cause) {
  if (cause != nullptr) return cause;
  if (const std::string module = calling_module(); !module.empty())
    return "request_module by " + module;
  const Holder* holder = this_thread().holder;
  return holder != nullptr ? holder->what : "request_module";
}

}  // namespace

extern "C" int platform_request_module(const char* name, const char* cause, int wait) {
  PlatformScope scope;
  const Asleep asleep;
  if (host() == nullptr) return -EBUSY;
  const Thread& thread = this_thread();
  const bool for_process = thread.holder != nullptr && thread.holder->pid != 0;
  return host()->request_module(
      {.name = name,
       .cause = cause_of(cause),
       .waits = wait != 0,
       .pid = for_process ? thread.holder->pid : 0,
       .comm = for_process ? thread.holder->comm : platform_current()->comm,
       .gone = [] { return platform_interrupted() != 0; }});
}

}  // namespace kmodern::core
