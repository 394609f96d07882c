// Memory and text: sdk/include/linux/string.h.
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>

/*
 * The string instructions keep a wrong address's fault in the function that is named in the trace;
 * a sanitizer would rather see the access.
 */
void *memcpy(void *to, const void *from, size_t size)
{
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
	void *at = to;

	__asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
	return to;
#else
	return __builtin_memcpy(to, from, size);
#endif
}
EXPORT_SYMBOL(memcpy);

void *memset(void *to, int byte, size_t size)
{
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
	void *at = to;

	__asm__ volatile("rep stosb" : "+D"(at), "+c"(size) : "a"(byte) : "memory");
	return to;
#else
	return __builtin_memset(to, byte, size);
#endif
}
EXPORT_SYMBOL(memset);

void *memmove(void *to, const void *from, size_t size)
{
#ifndef __SANITIZE_ADDRESS__
	char *t = to;
	const char *f = from;

	if (t <= f || t >= f + size)
		return memcpy(to, from, size);
	while (size--)
		t[size] = f[size];
	return to;
#else
	return __builtin_memmove(to, from, size);
#endif
}
EXPORT_SYMBOL(memmove);

int memcmp(const void *a, const void *b, size_t size)
{
	const u8 *x = a, *y = b;

	for (; size; size--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}
EXPORT_SYMBOL(memcmp);

void *memchr(const void *s, int byte, size_t size)
{
	const u8 *at = s;

	for (; size; size--, at++)
		if (*at == (u8)byte)
			return (void *)at;
	return NULL;
}
EXPORT_SYMBOL(memchr);

void *memchr_inv(const void *s, int byte, size_t size)
{
	const u8 *at = s;

	for (; size; size--, at++)
		if (*at != (u8)byte)
			return (void *)at;
	return NULL;
}
EXPORT_SYMBOL(memchr_inv);

void memzero_explicit(void *s, size_t size)
{
	memset(s, 0, size);
	__asm__ volatile("" : : "r"(s) : "memory");
}
EXPORT_SYMBOL(memzero_explicit);

size_t strlen(const char *s)
{
	const char *at = s;

	while (*at)
		at++;
	return at - s;
}
EXPORT_SYMBOL(strlen);

size_t strnlen(const char *s, size_t limit)
{
	size_t n = 0;

	while (n < limit && s[n])
		n++;
	return n;
}
EXPORT_SYMBOL(strnlen);

int strncmp(const char *a, const char *b, size_t limit)
{
	for (; limit; limit--, a++, b++) {
		if (*a != *b)
			return (u8)*a < (u8)*b ? -1 : 1;
		if (!*a)
			break;
	}
	return 0;
}
EXPORT_SYMBOL(strncmp);

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}
EXPORT_SYMBOL(strcmp);

int strncasecmp(const char *a, const char *b, size_t limit)
{
	for (; limit; limit--, a++, b++) {
		int difference = tolower((u8)*a) - tolower((u8)*b);

		if (difference || !*a)
			return difference;
	}
	return 0;
}
EXPORT_SYMBOL(strncasecmp);

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}
EXPORT_SYMBOL(strcasecmp);

char *strcpy(char *to, const char *from)
{
	memcpy(to, from, strlen(from) + 1);
	return to;
}
EXPORT_SYMBOL(strcpy);

char *strncpy(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);

	memcpy(to, from, length);
	memset(to + length, 0, size - length);
	return to;
}
EXPORT_SYMBOL(strncpy);

char *strcat(char *to, const char *from)
{
	strcpy(to + strlen(to), from);
	return to;
}
EXPORT_SYMBOL(strcat);

char *strncat(char *to, const char *from, size_t limit)
{
	char *end = to + strlen(to);
	size_t length = strnlen(from, limit);

	memcpy(end, from, length);
	end[length] = 0;
	return to;
}
EXPORT_SYMBOL(strncat);

ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t length;

	if (!size || size > INT_MAX)
		return -E2BIG;
	length = strnlen(from, size);
	if (length == size) {
		memcpy(to, from, size - 1);
		to[size - 1] = 0;
		return -E2BIG;
	}
	memcpy(to, from, length + 1);
	return length;
}
EXPORT_SYMBOL(strscpy);

ssize_t strscpy_pad(char *to, const char *from, size_t size)
{
	ssize_t length = strscpy(to, from, size);

	if (length >= 0)
		memset(to + length, 0, size - length);
	return length;
}
EXPORT_SYMBOL(strscpy_pad);

size_t strlcpy(char *to, const char *from, size_t size)
{
	size_t length = strlen(from);

	if (size) {
		size_t part = length < size ? length : size - 1;

		memcpy(to, from, part);
		to[part] = 0;
	}
	return length;
}
EXPORT_SYMBOL(strlcpy);

size_t strlcat(char *to, const char *from, size_t size)
{
	size_t length = strnlen(to, size);

	return length + strlcpy(to + length, from, size - length);
}
EXPORT_SYMBOL(strlcat);

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(strchrnul);

char *strchr(const char *s, int c)
{
	s = strchrnul(s, c);
	return *s == (char)c ? (char *)s : NULL;
}
EXPORT_SYMBOL(strchr);

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}
EXPORT_SYMBOL(strrchr);

char *strnchr(const char *s, size_t limit, int c)
{
	for (; limit; limit--, s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			break;
	}
	return NULL;
}
EXPORT_SYMBOL(strnchr);

char *strnstr(const char *s, const char *part, size_t limit)
{
	size_t length = strlen(part);

	if (!length)
		return (char *)s;
	for (; limit >= length && *s; limit--, s++)
		if (!strncmp(s, part, length))
			return (char *)s;
	return NULL;
}
EXPORT_SYMBOL(strnstr);

char *strstr(const char *s, const char *part)
{
	return strnstr(s, part, SIZE_MAX);
}
EXPORT_SYMBOL(strstr);

size_t strspn(const char *s, const char *accept)
{
	size_t n = 0;

	while (s[n] && strchr(accept, s[n]))
		n++;
	return n;
}
EXPORT_SYMBOL(strspn);

size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] && !strchr(reject, s[n]))
		n++;
	return n;
}
EXPORT_SYMBOL(strcspn);

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)s : NULL;
}
EXPORT_SYMBOL(strpbrk);

char *strsep(char **s, const char *separators)
{
	char *begin = *s, *end;

	if (!begin)
		return NULL;
	end = strpbrk(begin, separators);
	if (end)
		*end++ = 0;
	*s = end;
	return begin;
}
EXPORT_SYMBOL(strsep);

char *skip_spaces(const char *s)
{
	while (isspace(*s))
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(skip_spaces);

char *strim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && isspace(end[-1]))
		end--;
	*end = 0;
	return skip_spaces(s);
}
EXPORT_SYMBOL(strim);

char *strreplace(char *s, char old, char replacement)
{
	for (; *s; s++)
		if (*s == old)
			*s = replacement;
	return s;
}
EXPORT_SYMBOL(strreplace);

bool sysfs_streq(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b || (!*a && *b == '\n' && !b[1]) || (!*b && *a == '\n' && !a[1]);
}
EXPORT_SYMBOL(sysfs_streq);

int match_string(const char *const *array, size_t n, const char *s)
{
	size_t index;

	for (index = 0; index < n && array[index]; index++)
		if (!strcmp(array[index], s))
			return index;
	return -EINVAL;
}
EXPORT_SYMBOL(match_string);
