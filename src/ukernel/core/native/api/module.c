// References on modules: sdk/include/linux/module.h.
#include <linux/export.h>
#include <linux/module.h>

#include "api.h"

static int put_left_behind(void *module)
{
	platform_module_put(module);
	return 0;
}

/* What a module has of itself is not its own to leave behind. */
static const struct owned_kind reference = {
	.one = "reference on module", .many = "references on module", .fate = "put", .order = OWNED_HOLDS,
	.take_away = put_left_behind,
};

bool kapi_module_get(struct module *module)
{
	return !module || platform_module_get(module);
}

void kapi_module_put(struct module *module)
{
	if (module)
		platform_module_put(module);
}

bool try_module_get(struct module *module)
{
	if (!kapi_module_get(module))
		return false;
	if (module)
		owned_acquire(&reference, module, module->name, NULL, 0);
	return true;
}
EXPORT_SYMBOL(try_module_get);

void __module_get(struct module *module)
{
	if (!try_module_get(module))
		kapi_bug("__module_get: module %.56s is on its way out", module->name);
}
EXPORT_SYMBOL(__module_get);

void module_put(struct module *module)
{
	if (module)
		owned_release(&reference, module);
	kapi_module_put(module);
}
EXPORT_SYMBOL(module_put);

int module_refcount(struct module *module)
{
	return platform_module_refcount(module);
}
EXPORT_SYMBOL(module_refcount);

void module_layout(struct module *module, struct modversion_info *version,
		   struct kernel_param *parameter)
{
}
EXPORT_SYMBOL(module_layout);
