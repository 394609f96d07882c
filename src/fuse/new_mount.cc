#include "fuse/new_mount.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace kmodern::fuse {

namespace {

int call(long number, auto... arguments) {
  return static_cast<int>(::syscall(number, arguments...));
}

// fsconfig(2): the values are texts.
class Context {
 public:
  Context() : context_(call(SYS_fsopen, "fuse", FSOPEN_CLOEXEC)) {}
  bool good() const { return static_cast<bool>(context_); }
  int get() const { return context_.get(); }

  bool set(const char* key, const char* value) const {
    return call(SYS_fsconfig, context_.get(), FSCONFIG_SET_STRING, key, value, 0) == 0;
  }
  bool set(const char* key, unsigned value) const {
    std::array<char, 12> text{};
    fmt::format_to_n(text.data(), text.size() - 1, "{}", value);
    return set(key, text.data());
  }
  bool flag(const char* key) const {
    return call(SYS_fsconfig, context_.get(), FSCONFIG_SET_FLAG, key, nullptr, 0) == 0;
  }

 private:
  unique_fd context_;
};

bool describe(const Context& context, const NewMount& how, const unique_fd& connection) {
  return context.set("source", how.source) &&
         (how.subtype == nullptr || context.set("subtype", how.subtype)) &&
         context.set("fd", static_cast<unsigned>(connection.get())) &&
         context.set("rootmode", "40000") && context.set("user_id", how.user) &&
         context.set("group_id", how.group) && (!how.allow_other || context.flag("allow_other")) &&
         (!how.checks_permissions || context.flag("default_permissions"));
}

}  // namespace

int make_mount(const NewMount& how, Detached& to) {
  unique_fd connection = std::move(to.connection);
  if (!connection) connection.reset(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!connection) return errno;
  const Context context;
  if (!context.good() || !describe(context, how, connection)) return errno;
  if (call(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return errno;
  unique_fd root(call(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, how.attributes));
  if (!root) return errno;
  to = {std::move(root), std::move(connection)};
  return 0;
}

}  // namespace kmodern::fuse
