// A mount that is attached nowhere: fsopen(2), fsmount(2), since Linux 5.2.
#pragma once

#include "fuse/attach.h"

namespace kmodern::fuse {

struct NewMount {
  const char* source = "kmodern";
  const char* subtype = nullptr;  // the type is "fuse.SUBTYPE"
  uid_t user = 0;                 // by whom others are measured, as this process's namespace has it
  gid_t group = 0;
  bool allow_other = false;
  bool checks_permissions = false;  // the running kernel, by what the files' modes say
  unsigned attributes = 0;          // MOUNT_ATTR_..., of mount_setattr(2)
};

// Of the calling process; nothing is left open if it fails. With a connection in `to` it is that
// one's. 0 or errno. May run between fork() and _exit() (async-signal-safe).
int make_mount(const NewMount& how, Detached& to);

}  // namespace kmodern::fuse
