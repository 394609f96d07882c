// References on modules: sdk/include/linux/module.h.
#include <linux/export.h>
#include <linux/module.h>
#include <linux/notifier.h>

#include "api.h"
#include "kernel/module_events.h"

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

static BLOCKING_NOTIFIER_HEAD(notifiers);

static int take_notifier_away(void *block)
{
	blocking_notifier_chain_unregister(&notifiers, block);
	return 0;
}

static const struct owned_kind notifier_kind = {
	.one = "module notifier",
	.many = "module notifiers",
	.fate = "unregistered",
	.order = OWNED_CALLS,
	.take_away = take_notifier_away,
};

int register_module_notifier(struct notifier_block *block)
{
	int error = blocking_notifier_chain_register(&notifiers, block);

	if (!error)
		owned_acquire(&notifier_kind, block, NULL, block->notifier_call, 0);
	return error;
}
EXPORT_SYMBOL(register_module_notifier);

int unregister_module_notifier(struct notifier_block *block)
{
	owned_release(&notifier_kind, block);
	return blocking_notifier_chain_unregister(&notifiers, block);
}
EXPORT_SYMBOL(unregister_module_notifier);

/* blocking_notifier_call_chain_robust() in kernel/notifier.c */
long kapi_module_event(unsigned long event, const void *module)
{
	struct notifier_block *block, *told;
	int result = NOTIFY_DONE;

	down_read(&notifiers.rwsem);
	for (block = notifiers.head; block; block = block->next) {
		result = block->notifier_call(block, event, (void *)module);
		if (result & NOTIFY_STOP_MASK)
			break;
	}
	if (event == MODULE_STATE_COMING && block)
		for (told = notifiers.head; told != block; told = told->next)
			told->notifier_call(told, MODULE_STATE_GOING, (void *)module);
	up_read(&notifiers.rwsem);
	return event == MODULE_STATE_COMING ? notifier_to_errno(result) : 0;
}
