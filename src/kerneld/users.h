// The names of this machine's users, as the policy's rules may have them. Only /etc/passwd is read,
// and before the requests come: asking a directory service for a name could itself need a module.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

namespace kmodern::kerneld {

using UserNames = std::unordered_map<std::int64_t, std::string>;  // by number

// passwd(5). Lines that are none are passed over; a file that cannot be read gives no names.
UserNames read_user_names(const std::string& path = "/etc/passwd");

}  // namespace kmodern::kerneld
