// Asking for modules: sdk/include/linux/kmod.h.
#include <linux/export.h>
#include <linux/kmod.h>
#include <linux/module.h>

#include "api.h"
#include "kernel/request.h"

/* One character more than a name can have: who is asked sees that it is too long. */
#define ROOM (MODULE_NAME_LEN + 1)

static int request(const char *cause, bool wait, const char *fmt, va_list args)
{
	char name[ROOM];

	kapi_may_sleep();
	vsnprintf(name, sizeof(name), fmt, args);
	return platform_request_module(name, cause, wait);
}

int __request_module(bool wait, const char *fmt, ...)
{
	va_list args;
	int result;

	va_start(args, fmt);
	result = request(NULL, wait, fmt, args);
	va_end(args);
	return result;
}
EXPORT_SYMBOL(__request_module);

int kapi_request(const char *cause, const char *fmt, ...)
{
	va_list args;
	int result;

	va_start(args, fmt);
	result = request(cause, true, fmt, args);
	va_end(args);
	return result;
}
