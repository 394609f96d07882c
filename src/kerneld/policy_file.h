// Where the policy stands: the tables [policy] and [[rule]] of kerneld's configuration (settings.h
// says where that is), and the [[rule]] tables of the files policy.d/*.toml beside it, in the order
// of their names. TOML 1.0; the keys: kmodern-policy(5).
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "kerneld/policy.h"

namespace kmodern::kerneld {

// Adds what a file says to `policy`. Errors: EINVAL, its subject "FILE line N".
Result<void> parse_policy(std::string_view text, const std::string& file, Policy& policy);

// Reads the file and those beside it; none of them has to be there. Errors: also those of reading.
Result<Policy> read_policy(const std::string& path);

// The policy in force. It may be asked and reloaded by several threads.
class PolicyInForce {
 public:
  explicit PolicyInForce(std::string path) : path_(std::move(path)) {}

  // Reads the files anew. With an error in any of them, the former policy stays in force; before
  // the first good reading that is the mode open without rules.
  Result<void> reload();
  std::shared_ptr<const Policy> get() const;

 private:
  std::string path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Policy> policy_ = std::make_shared<Policy>();
};

}  // namespace kmodern::kerneld
