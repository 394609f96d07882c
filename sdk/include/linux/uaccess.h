#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>

/*
 * The memory of the process that called: only the buffer of this read, write or ioctl. Anything
 * else is a bad address and gives an error, never a fault. Context of all: may sleep.
 * Source: include/linux/uaccess.h.
 */

/** access_ok - true if all of it is the caller's. */
bool __access_ok(const void __user *p, unsigned long size);
#define access_ok(p, size) __access_ok((const void __user *)(p), size)

/** copy_to_user, copy_from_user - the number of bytes that could not be copied, 0 if all were; what
 * copy_from_user could not fill is cleared. */
unsigned long __must_check copy_to_user(void __user *to, const void *from, unsigned long size);
unsigned long __must_check copy_from_user(void *to, const void __user *from, unsigned long size);
#define __copy_to_user(to, from, size) copy_to_user(to, from, size)
#define __copy_from_user(to, from, size) copy_from_user(to, from, size)
#define __copy_to_user_inatomic(to, from, size) copy_to_user(to, from, size)
#define __copy_from_user_inatomic(to, from, size) copy_from_user(to, from, size)
/** clear_user - zeros; the number of bytes that could not be cleared. */
unsigned long __must_check clear_user(void __user *to, unsigned long size);
/** strncpy_from_user - a text of at most size bytes: its length (size if it was cut), or -EFAULT. */
long __must_check strncpy_from_user(char *to, const char __user *from, long size);
/** strnlen_user - the length with its NUL, more than limit if it is longer, 0 on a bad address. */
long strnlen_user(const char __user *s, long limit);

/** put_user(x, p), get_user(x, p) - one value to or from *p: 0 or -EFAULT (then x is 0). */
#define put_user(x, p) ({						\
	typeof(*(p)) __value = (typeof(*(p)))(x);			\
	copy_to_user(p, &__value, sizeof(__value)) ? -EFAULT : 0; })
#define get_user(x, p) ({						\
	__auto_type __value = (typeof(*(p)))0;				\
	int __error = copy_from_user(&__value, p, sizeof(__value)) ? -EFAULT : 0; \
	(x) = (typeof(x))__value;					\
	__error; })
#define __put_user(x, p) put_user(x, p)
#define __get_user(x, p) get_user(x, p)

#endif
