/*
 * What the user-space kernel is configured as, and asking for it in C. Included before
 * everything else by the SDK's makefile.
 */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

#define CONFIG_64BIT 1
#define CONFIG_X86_64 1
#define CONFIG_X86 1
#define CONFIG_SMP 1
#define CONFIG_MODULES 1
#define CONFIG_MODULE_UNLOAD 1
#define CONFIG_PRINTK 1
#define CONFIG_BUG 1
#define CONFIG_HZ 250
#define CONFIG_FRAME_POINTER 1

/*
 * IS_ENABLED(CONFIG_X): 1 if CONFIG_X is 1 (or X is built as a module), else 0; usable in
 * expressions and in #if. A macro that is 1 makes the first argument of the pick a comma.
 */
#define __KCONFIG_PROBE_1 0,
#define __kconfig_second(ignored, value, ...) value
#define __kconfig_pick(probe) __kconfig_second(probe 1, 0)
#define __kconfig_paste(value) __kconfig_pick(__KCONFIG_PROBE_##value)
#define __kconfig_is_1(option) __kconfig_paste(option)
#define IS_BUILTIN(option) __kconfig_is_1(option)
#define IS_MODULE(option) __kconfig_is_1(option##_MODULE)
#define IS_ENABLED(option) (IS_BUILTIN(option) || IS_MODULE(option))
#define IS_REACHABLE(option) IS_ENABLED(option)

#endif
