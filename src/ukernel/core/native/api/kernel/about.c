#include "kernel/about.h"

#include <linux/module.h>
#include <linux/vermagic.h>

const char api_release[] = UTS_RELEASE;
const char api_vermagic[] = VERMAGIC_STRING;
const struct api_module_layout api_module_layout = {
	.size = sizeof(struct module),
	.name = offsetof(struct module, name),
	.init = offsetof(struct module, init),
	.exit = offsetof(struct module, exit),
};
