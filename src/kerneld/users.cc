#include "kerneld/users.h"

#include "base/file.h"
#include "base/text.h"

namespace kmodern::kerneld {

UserNames read_user_names(const std::string& path) {
  UserNames names;
  const std::string text = read_file(path, 16 << 20).value_or("");
  for (const std::string_view line : lines(text)) {
    // name:password:uid:...
    const std::size_t name = line.find(':');
    const std::size_t password = name == line.npos ? name : line.find(':', name + 1);
    if (name == 0 || password == line.npos) continue;
    const std::string_view rest = line.substr(password + 1);
    const auto uid = parse_number(rest.substr(0, rest.find(':')));
    // Of two names of one user the first counts, as getpwuid(3) has it.
    if (uid) names.emplace(static_cast<std::int64_t>(*uid), line.substr(0, name));
  }
  return names;
}

}  // namespace kmodern::kerneld
