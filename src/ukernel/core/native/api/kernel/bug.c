// What must not happen: sdk/include/linux/bug.h, and dump_stack() of printk.h.
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "api.h"

void kapi_bug(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	platform_bug(text);
}

void __kmodern_bug(const char *file, int line)
{
	kapi_bug("kernel BUG at %s:%d!", file, line);
}
EXPORT_SYMBOL(__kmodern_bug);

void kapi_log_backtrace(const char *level, int skip)
{
	unsigned long trace[32];
	int depth = platform_backtrace(trace, ARRAY_SIZE(trace));
	int index;

	printk("%sCall Trace:\n", level);
	for (index = skip; index < depth; index++)
		printk("%s %pS\n", level, (void *)trace[index]);
}

/* In the form of Linux's lib/bug.c and kernel/panic.c, which people and scripts look for. */
void __kmodern_warn(const char *file, int line, const char *fmt, ...)
{
	printk(KERN_WARNING "------------[ cut here ]------------\n");
	if (fmt) {
		struct va_format text = { .fmt = fmt };
		va_list args;

		va_start(args, fmt);
		text.va = &args;
		printk(KERN_WARNING "%pV", &text);
		va_end(args);
	}
	printk(KERN_WARNING "WARNING: CPU: 0 PID: %d at %s:%d %pS\n", current->pid, file, line,
	       __builtin_return_address(0));
	kapi_log_backtrace(KERN_WARNING, 1);
	printk(KERN_WARNING "---[ end trace 0000000000000000 ]---\n");
}
EXPORT_SYMBOL(__kmodern_warn);

void dump_stack(void)
{
	printk(KERN_DEFAULT "PID: %d Comm: %.16s\n", current->pid, current->comm);
	kapi_log_backtrace(KERN_DEFAULT, 1);
}
EXPORT_SYMBOL(dump_stack);

void __might_sleep(const char *file, int line)
{
	if (!*platform_atomic_depth())
		return;
	printk(KERN_ERR "BUG: sleeping function called from invalid context at %s:%d\n", file, line);
	printk(KERN_ERR "in_atomic(): 1, pid: %d, name: %.16s, preempt_count: %x\n", current->pid,
	       current->comm, *platform_atomic_depth());
	platform_log_locks(3);
	kapi_log_backtrace(KERN_ERR, 1);
}
EXPORT_SYMBOL(__might_sleep);
