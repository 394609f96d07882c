#ifndef _LINUX_KSTRTOX_H
#define _LINUX_KSTRTOX_H

#include <linux/types.h>

/*
 * The whole of a text as a number; one '\n' at its end is allowed. base 0: decimal, 0x.. hexadecimal,
 * 0.. octal. Context: any. Returns 0, -EINVAL (not a number) or -ERANGE (does not fit); *to is set
 * only on success. Source: lib/kstrtox.c.
 */
int __must_check kstrtoull(const char *s, unsigned int base, unsigned long long *to);
int __must_check kstrtoll(const char *s, unsigned int base, long long *to);
int __must_check kstrtoul(const char *s, unsigned int base, unsigned long *to);
int __must_check kstrtol(const char *s, unsigned int base, long *to);
int __must_check kstrtouint(const char *s, unsigned int base, unsigned int *to);
int __must_check kstrtoint(const char *s, unsigned int base, int *to);
int __must_check kstrtou16(const char *s, unsigned int base, u16 *to);
int __must_check kstrtos16(const char *s, unsigned int base, s16 *to);
int __must_check kstrtou8(const char *s, unsigned int base, u8 *to);
int __must_check kstrtos8(const char *s, unsigned int base, s8 *to);
#define kstrtou64(s, base, to) kstrtoull(s, base, to)
#define kstrtos64(s, base, to) kstrtoll(s, base, to)
#define kstrtou32(s, base, to) kstrtouint(s, base, to)
#define kstrtos32(s, base, to) kstrtoint(s, base, to)

/** kstrtobool - y Y t T 1 on On ON are true; n N f F 0 off Off OFF false; else -EINVAL. */
int __must_check kstrtobool(const char *s, bool *to);

/* The same from a buffer of user space of count bytes; -EFAULT if it is not one. May sleep. */
int __must_check kstrtoint_from_user(const char __user *s, size_t count, unsigned int base, int *to);
int __must_check kstrtouint_from_user(const char __user *s, size_t count, unsigned int base,
				      unsigned int *to);
int __must_check kstrtol_from_user(const char __user *s, size_t count, unsigned int base, long *to);
int __must_check kstrtoul_from_user(const char __user *s, size_t count, unsigned int base,
				    unsigned long *to);
int __must_check kstrtobool_from_user(const char __user *s, size_t count, bool *to);

/* The number at the beginning of a text; *end is set behind it. No errors: prefer kstrto*. */
unsigned long simple_strtoul(const char *s, char **end, unsigned int base);
long simple_strtol(const char *s, char **end, unsigned int base);
unsigned long long simple_strtoull(const char *s, char **end, unsigned int base);
long long simple_strtoll(const char *s, char **end, unsigned int base);

#endif
