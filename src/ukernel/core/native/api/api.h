/* What the files of the C API share, beside the SDK's headers. */
#pragma once

#include <linux/compiler_types.h>
#include <linux/kernel.h>

#include "ukernel/core/native/platform/credentials.h"
#include "ukernel/core/native/platform/owned.h"
#include "ukernel/core/native/platform/platform.h"

/* Warns if what follows may not sleep but does. */
#define kapi_may_sleep() __might_sleep(__FILE_NAME__, __LINE__)

/* Ends the call as a fault does, with this text for the log. */
__printf(1, 2) void __noreturn kapi_bug(const char *fmt, ...);

/* A reference of the kernel's own, which is nobody's to leave behind. NULL is fine. */
struct module;
bool kapi_module_get(struct module *module);
void kapi_module_put(struct module *module);

/* Logs the return addresses of the running module code, skipping the innermost. */
void kapi_log_backtrace(const char *level, int skip);
