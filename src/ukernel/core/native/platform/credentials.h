// Who the process behind this thread's call is; plain C, for both sides.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct platform_credentials {
  unsigned uid, euid, gid, egid;
  unsigned long long capabilities;  // effective; all of them where the kernel is an ordinary user's
};

// Good until this thread asks again. Those of the kernel itself if the process is gone.
const struct platform_credentials* platform_caller(void);

#ifdef __cplusplus
}
#endif
