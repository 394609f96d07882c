#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/printk.h>

/** BUG - this must not happen: ends the call as a fault does (an oops, the module stays faulted). */
void __noreturn __kmodern_bug(const char *file, int line);
#define BUG() __kmodern_bug(__FILE__, __LINE__)
#define BUG_ON(condition) do { if (unlikely(condition)) BUG(); } while (0)

/** WARN - logs the place, a text and how it was reached, and goes on. Context: any. */
__printf(3, 4) void __kmodern_warn(const char *file, int line, const char *fmt, ...);
#define WARN_ON(condition) ({						\
	bool __warn = !!(condition);					\
	if (unlikely(__warn))						\
		__kmodern_warn(__FILE__, __LINE__, NULL);		\
	unlikely(__warn); })
#define WARN(condition, fmt, ...) ({					\
	bool __warn = !!(condition);					\
	if (unlikely(__warn))						\
		__kmodern_warn(__FILE__, __LINE__, fmt, ##__VA_ARGS__);	\
	unlikely(__warn); })
#define WARN_ON_ONCE(condition) ({						\
	static bool __warned;							\
	bool __warn1 = !!(condition);						\
	if (unlikely(__warn1) && !__atomic_exchange_n(&__warned, 1, __ATOMIC_RELAXED)) \
		__kmodern_warn(__FILE__, __LINE__, NULL);			\
	unlikely(__warn1); })
#define WARN_ONCE(condition, fmt, ...) ({					\
	static bool __warned;							\
	bool __warn1 = !!(condition);						\
	if (unlikely(__warn1) && !__atomic_exchange_n(&__warned, 1, __ATOMIC_RELAXED)) \
		__kmodern_warn(__FILE__, __LINE__, fmt, ##__VA_ARGS__);		\
	unlikely(__warn1); })

#endif
