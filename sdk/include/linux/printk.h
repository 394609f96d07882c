#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/init.h>
#include <linux/kern_levels.h>
#include <linux/stdarg.h>
#include <linux/types.h>

struct va_format {
	const char *fmt;
	va_list *va;
};

/**
 * printk - a record of the kernel's log
 * @fmt: a level (KERN_INFO...) and a format; at most 1023 bytes of result are kept
 *
 * Context: any; does not sleep. Returns the number of bytes logged.
 * Formats beyond C's (source: Documentation/core-api/printk-formats.rst):
 *   %p    hashed; %px the address itself, %pK as %p
 *   %pS %ps %pB  the symbol at an address, with and without its offset
 *   %pe   an error pointer by its name, "-ENOMEM"
 *   %*ph  bytes in hexadecimal (%*phC with ':', %*phD with '-', %*phN without blanks), up to 64
 *   %pM %pm  a MAC address with ':' and without; %pMR reversed, %pMF with '-'
 *   %pI4 %pi4 %pI6 %pi6 %pI6c  an IP address
 *   %pU   a UUID (%pUb, %pUB, %pUl, %pUL)
 *   %pad %pap  a dma_addr_t, a phys_addr_t, by its address
 *   %pV   a struct va_format
 * There are no %n and no floating point.
 */
__printf(1, 2) int _printk(const char *fmt, ...);
#define printk(fmt, ...) _printk(fmt, ##__VA_ARGS__)

/** vprintk - printk with its arguments in a list. Context: any. */
__printf(1, 0) int vprintk(const char *fmt, va_list args);

/* A line that appears but in the arguments' type check. */
#define no_printk(fmt, ...) ({ if (0) _printk(fmt, ##__VA_ARGS__); 0; })

/* Define pr_fmt before including any header to put a prefix in front of all pr_*() texts. */
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define pr_emerg(fmt, ...) printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...) printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...) printk(KERN_CONT fmt, ##__VA_ARGS__)

/* Only in modules compiled with -DDEBUG. */
#ifdef DEBUG
#define pr_debug(fmt, ...) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_devel(fmt, ...) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#else
#define pr_debug(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_devel(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#endif

/* The first time only. */
#define printk_once(fmt, ...) ({						\
	static bool __printed;							\
	if (!__atomic_exchange_n(&__printed, 1, __ATOMIC_RELAXED))		\
		printk(fmt, ##__VA_ARGS__);					\
})
#define pr_err_once(fmt, ...) printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...) printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_once(fmt, ...) printk_once(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...) printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)

/** dump_stack - logs how this code was reached. Context: any. */
void dump_stack(void);

enum { DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET };

/**
 * print_hex_dump - logs memory in lines of hexadecimal numbers
 * @rowsize: bytes per line, 16 or 32; @groupsize: bytes per number, 1, 2, 4 or 8
 * @ascii: also as text. Context: any.
 */
void print_hex_dump(const char *level, const char *prefix, int prefix_type, int rowsize,
		    int groupsize, const void *buffer, size_t length, bool ascii);
#define print_hex_dump_bytes(prefix, type, buffer, length) \
	print_hex_dump(KERN_DEBUG, prefix, type, 16, 1, buffer, length, true)

#endif
