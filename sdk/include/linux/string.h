#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/compiler_types.h>
#include <linux/errno.h>
#include <linux/types.h>

/* As in C. Context: any. A wrong pointer is the caller's fault: an oops. Source: lib/string.c. */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *s, int byte, size_t size);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t limit);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t limit);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t limit);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t size);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t limit);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);
char *strpbrk(const char *s, const char *accept);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strsep(char **s, const char *separators);

/* The kernel's own. */

/** strscpy - copies with its NUL into size bytes: the length, or -E2BIG where it was cut. */
ssize_t strscpy(char *to, const char *from, size_t size);
/** strscpy_pad - strscpy, and the rest of the buffer is cleared. */
ssize_t strscpy_pad(char *to, const char *from, size_t size);
/** strlcpy, strlcat - copy, append; return the length that the result should have had. */
size_t strlcpy(char *to, const char *from, size_t size);
size_t strlcat(char *to, const char *from, size_t size);
/** strchrnul - strchr, or the end of the text. */
char *strchrnul(const char *s, int c);
/** strnchr, strnstr - within at most limit bytes. */
char *strnchr(const char *s, size_t limit, int c);
char *strnstr(const char *s, const char *part, size_t limit);
/** skip_spaces - behind the blanks at the beginning. */
char *skip_spaces(const char *s);
/** strim - cuts the blanks at the end, in place; behind those at the beginning. strstrip: the same. */
char *strim(char *s);
#define strstrip(s) strim(s)
/** strreplace - each `old` becomes `new`, in place; the end of the text. */
char *strreplace(char *s, char old, char replacement);
/** memchr_inv - the first byte that is not `byte`; NULL if there is none. */
void *memchr_inv(const void *s, int byte, size_t size);
/** memzero_explicit - memset to 0 that the compiler cannot leave out. */
void memzero_explicit(void *s, size_t size);
/** sysfs_streq - equal but for one '\n' at the end. */
bool sysfs_streq(const char *a, const char *b);
/** match_string - the index of s in an array of n texts (it may end early with NULL), or -EINVAL. */
int match_string(const char *const *array, size_t n, const char *s);

#define memcpy_and_pad(to, size, from, count, byte) do {		\
	size_t __size = (size), __count = (count);			\
	__count = __count < __size ? __count : __size;			\
	memcpy(to, from, __count);					\
	memset((char *)(to) + __count, byte, __size - __count);		\
} while (0)
#define str_has_prefix(s, prefix) \
	(strncmp(s, prefix, strlen(prefix)) == 0 ? strlen(prefix) : 0)

/*
 * Copies in memory from kmalloc(gfp), for kfree(); NULL if there is none, and for NULL.
 * Context: as kmalloc. Source: mm/util.c.
 */
char *kstrdup(const char *s, gfp_t gfp);
char *kstrndup(const char *s, size_t limit, gfp_t gfp);
void *kmemdup(const void *from, size_t size, gfp_t gfp);
/** kmemdup_nul - size bytes as a text, with a NUL behind. */
char *kmemdup_nul(const char *s, size_t size, gfp_t gfp);

/* From a buffer of user space; ERR_PTR(-EFAULT or -ENOMEM). May sleep. Free with kfree(). */
void *memdup_user(const void __user *from, size_t size);
void *memdup_user_nul(const void __user *from, size_t size);
char *strndup_user(const char __user *s, long limit);

#endif
