// Rules of the policy: any text is read or refused by file and line, and what was read can be
// asked.
#include <cstdlib>

#include "kerneld/policy_file.h"

using namespace kmodern;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  kerneld::Policy policy;
  const auto read = kerneld::parse_policy({reinterpret_cast<const char*>(data), size}, "f", policy);
  if (!read) {
    if (!read.error().subject.starts_with("f line ")) std::abort();
    return 0;
  }
  const kerneld::Subject subject{
      .wanted = "net-pf-10", .modules = {"ipv6"}, .user = "root", .uid = 0, .cgroup = "/a.slice"};
  (void)kerneld::explain(policy.decide(subject), policy);
  (void)kerneld::modprobe_conf_of(policy);
  return 0;
}
