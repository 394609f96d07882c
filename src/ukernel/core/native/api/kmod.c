// Asking for modules: sdk/include/linux/kmod.h.
#include <linux/export.h>
#include <linux/kmod.h>
#include <linux/module.h>

#include "api.h"
#include "request.h"

/* One character more than a name can have: who is asked sees that it is too long. */
#define ROOM (MODULE_NAME_LEN + 1)

int __request_module(bool wait, const char *fmt, ...)
{
	char name[ROOM];
	va_list args;

	kapi_may_sleep();
	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	return platform_request_module(name, NULL, wait);
}
EXPORT_SYMBOL(__request_module);

int kapi_request(const char *cause, const char *fmt, ...)
{
	char name[ROOM];
	va_list args;

	kapi_may_sleep();
	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	return platform_request_module(name, cause, true);
}
