// Numbers from text: sdk/include/linux/kstrtox.h.
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "lib/kstrtox.h"

static int digit_of(char c)
{
	if (isdigit(c))
		return c - '0';
	return isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

const char *parse_digits(const char *s, unsigned int base, size_t limit, u64 *value, bool *overflow)
{
	const char *end = s + min(limit, strlen(s));

	*value = 0;
	*overflow = false;
	if (end - s > 2 && s[0] == '0' && tolower(s[1]) == 'x' && isxdigit(s[2]) &&
	    (base == 0 || base == 16)) {
		base = 16;
		s += 2;
	}
	if (base == 0)
		base = s < end && s[0] == '0' ? 8 : 10;
	for (; s < end && digit_of(*s) < (int)base; s++)
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit_of(*s), value))
			*overflow = true;
	return s;
}

int kstrtoull(const char *s, unsigned int base, unsigned long long *to)
{
	const char *end;
	bool overflow;
	u64 value;

	if (*s == '+')
		s++;
	end = parse_digits(s, base, SIZE_MAX, &value, &overflow);
	if (end == s || (*end == '\n' ? end[1] : *end))
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	*to = value;
	return 0;
}
EXPORT_SYMBOL(kstrtoull);

int kstrtoll(const char *s, unsigned int base, long long *to)
{
	bool negative = *s == '-';
	unsigned long long value;
	int error;

	if (negative && !isalnum(s[1]))
		return -EINVAL;
	error = kstrtoull(s + negative, base, &value);
	if (error)
		return error;
	if (value > (u64)S64_MAX + negative)
		return -ERANGE;
	*to = negative ? -value : value;
	return 0;
}
EXPORT_SYMBOL(kstrtoll);

/* The narrower types. */
#define NARROW(name, type, wide_name, wide)				\
int name(const char *s, unsigned int base, type *to)			\
{									\
	wide value;							\
	int error = wide_name(s, base, &value);				\
									\
	if (error)							\
		return error;						\
	if (value != (wide)(type)value)					\
		return -ERANGE;						\
	*to = value;							\
	return 0;							\
}									\
EXPORT_SYMBOL(name)

NARROW(kstrtoul, unsigned long, kstrtoull, unsigned long long);
NARROW(kstrtol, long, kstrtoll, long long);
NARROW(kstrtouint, unsigned int, kstrtoull, unsigned long long);
NARROW(kstrtoint, int, kstrtoll, long long);
NARROW(kstrtou16, u16, kstrtoull, unsigned long long);
NARROW(kstrtos16, s16, kstrtoll, long long);
NARROW(kstrtou8, u8, kstrtoull, unsigned long long);
NARROW(kstrtos8, s8, kstrtoll, long long);

int kstrtobool(const char *s, bool *to)
{
	if (!s)
		return -EINVAL;
	if (strchr("yYtT1", *s) && *s)
		*to = true;
	else if (strchr("nNfF0", *s) && *s)
		*to = false;
	else if (tolower(s[0]) == 'o' && tolower(s[1]) == 'n')
		*to = true;
	else if (tolower(s[0]) == 'o' && tolower(s[1]) == 'f')
		*to = false;
	else
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL(kstrtobool);

/* A number has at most 64 digits, a sign, a newline. */
static int number_from_user(char text[68], const char __user *s, size_t count)
{
	count = min_t(size_t, count, 67);
	if (copy_from_user(text, s, count))
		return -EFAULT;
	text[count] = 0;
	return 0;
}

#define FROM_USER(name, type, parse)						\
int name##_from_user(const char __user *s, size_t count, unsigned int base, type *to)	\
{										\
	char text[68];								\
	int error = number_from_user(text, s, count);				\
										\
	return error ? error : parse(text, base, to);				\
}										\
EXPORT_SYMBOL(name##_from_user)

FROM_USER(kstrtoint, int, kstrtoint);
FROM_USER(kstrtouint, unsigned int, kstrtouint);
FROM_USER(kstrtol, long, kstrtol);
FROM_USER(kstrtoul, unsigned long, kstrtoul);

int kstrtobool_from_user(const char __user *s, size_t count, bool *to)
{
	char text[68];
	int error = number_from_user(text, s, count);

	return error ? error : kstrtobool(text, to);
}
EXPORT_SYMBOL(kstrtobool_from_user);

unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
{
	bool overflow;
	u64 value;

	s = parse_digits(s, base, SIZE_MAX, &value, &overflow);
	if (end)
		*end = (char *)s;
	return value;
}
EXPORT_SYMBOL(simple_strtoull);

long long simple_strtoll(const char *s, char **end, unsigned int base)
{
	if (*s == '-')
		return -simple_strtoull(s + 1, end, base);
	return simple_strtoull(s, end, base);
}
EXPORT_SYMBOL(simple_strtoll);

unsigned long simple_strtoul(const char *s, char **end, unsigned int base)
{
	return simple_strtoull(s, end, base);
}
EXPORT_SYMBOL(simple_strtoul);

long simple_strtol(const char *s, char **end, unsigned int base)
{
	return simple_strtoll(s, end, base);
}
EXPORT_SYMBOL(simple_strtol);
