#ifndef _LINUX_SPRINTF_H
#define _LINUX_SPRINTF_H

#include <linux/stdarg.h>
#include <linux/types.h>

/*
 * Text into a buffer, with the formats of printk(). Context: any. Source: lib/vsprintf.c.
 * snprintf, vsnprintf return what the whole text would need without its NUL; scnprintf and
 * vscnprintf what was stored, at most size - 1 (0 if size is 0). sprintf trusts its buffer.
 */
__printf(2, 3) int sprintf(char *buf, const char *fmt, ...);
__printf(2, 0) int vsprintf(char *buf, const char *fmt, va_list args);
__printf(3, 4) int snprintf(char *buf, size_t size, const char *fmt, ...);
__printf(3, 0) int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
__printf(3, 4) int scnprintf(char *buf, size_t size, const char *fmt, ...);
__printf(3, 0) int vscnprintf(char *buf, size_t size, const char *fmt, va_list args);

/**
 * kasprintf - the text in memory of its own; free it with kfree(). NULL if there is no memory.
 * Context: as kmalloc(gfp).
 */
__printf(2, 3) char *kasprintf(gfp_t gfp, const char *fmt, ...);
__printf(2, 0) char *kvasprintf(gfp_t gfp, const char *fmt, va_list args);

/**
 * sscanf - values from text: d i u x X o c s % [..] n, with h hh l ll z, widths and '*'
 * Context: any. Returns how many values were stored. A field of %s and %[ needs a width.
 */
__scanf(2, 3) int sscanf(const char *buf, const char *fmt, ...);
__scanf(2, 0) int vsscanf(const char *buf, const char *fmt, va_list args);

#endif
