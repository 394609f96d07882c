// Who calls: sdk/include/linux/cred.h and capability.h.
#include <linux/cred.h>
#include <linux/export.h>

#include "api.h"

kuid_t current_uid(void)
{
	return KUIDT_INIT(platform_caller()->uid);
}
EXPORT_SYMBOL(current_uid);

kuid_t current_euid(void)
{
	return KUIDT_INIT(platform_caller()->euid);
}
EXPORT_SYMBOL(current_euid);

kgid_t current_gid(void)
{
	return KGIDT_INIT(platform_caller()->gid);
}
EXPORT_SYMBOL(current_gid);

kgid_t current_egid(void)
{
	return KGIDT_INIT(platform_caller()->egid);
}
EXPORT_SYMBOL(current_egid);

bool capable(int capability)
{
	return capability >= 0 && capability < 64 && platform_caller()->capabilities >> capability & 1;
}
EXPORT_SYMBOL(capable);
