/* Asking for modules that the API itself lacks. */
#pragma once

#include <linux/compiler_types.h>
#include <linux/types.h>

/* As request_module(), for a program's call that needs the module: `cause` says which, "mount
 * of msdos"; NULL: the open of a file that this thread is in. May sleep, for long; look again
 * afterwards, whatever it returned. */
__printf(2, 3) int kapi_request(const char *cause, const char *fmt, ...);
