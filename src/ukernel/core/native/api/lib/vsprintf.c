// Text from a format: sdk/include/linux/sprintf.h. What stands behind %p is in pointer.c.
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lib/vsprintf.h"

void out_char(struct out *out, char c)
{
	if (out->length < out->size)
		out->buffer[out->length] = c;
	out->length++;
}

static void out_repeat(struct out *out, char c, int times)
{
	while (times-- > 0)
		out_char(out, c);
}

void out_string(struct out *out, const char *s, struct spec spec)
{
	size_t length = strnlen(s, spec.precision < 0 ? INT_MAX : spec.precision);
	int padding = spec.width - (int)length;

	if (!spec.left)
		out_repeat(out, ' ', padding);
	for (size_t index = 0; index < length; index++)
		out_char(out, s[index]);
	if (spec.left)
		out_repeat(out, ' ', padding);
}

void out_number(struct out *out, u64 value, struct spec spec)
{
	const char *digits = spec.upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[24], prefix[3] = "";
	int count = 0, prefix_length, zeros, padding;

	if (spec.is_signed && (s64)value < 0) {
		strcpy(prefix, "-");
		value = -value;
	} else if (spec.is_signed && (spec.plus || spec.space)) {
		strcpy(prefix, spec.plus ? "+" : " ");
	} else if (spec.alternate && spec.base == 16 && value) {
		strcpy(prefix, spec.upper ? "0X" : "0x");
	} else if (spec.alternate && spec.base == 8) {
		strcpy(prefix, "0");
	}
	for (; value; value /= spec.base)
		text[count++] = digits[value % spec.base];
	if (!count && spec.precision != 0)
		text[count++] = '0';
	prefix_length = strlen(prefix);
	zeros = spec.precision - count;
	if (spec.precision < 0 && spec.zero && !spec.left)
		zeros = spec.width - count - prefix_length;
	zeros = max(zeros, 0);
	padding = spec.width - zeros - count - prefix_length;
	if (!spec.left)
		out_repeat(out, ' ', padding);
	for (int index = 0; prefix[index]; index++)
		out_char(out, prefix[index]);
	out_repeat(out, '0', zeros);
	while (count)
		out_char(out, text[--count]);
	if (spec.left)
		out_repeat(out, ' ', padding);
}

static int number_in(const char **fmt)
{
	int n = 0;

	while (isdigit(**fmt))
		n = min(n * 10 + *(*fmt)++ - '0', (int)S16_MAX);
	return n;
}

/* "%" flags, width, precision; *fmt then stands at the length or the conversion. */
static struct spec parse_spec(const char **fmt, va_list *args)
{
	struct spec spec = { .base = 10, .precision = -1 };

	for (;; ++*fmt) {
		if (**fmt == '-')
			spec.left = true;
		else if (**fmt == '+')
			spec.plus = true;
		else if (**fmt == ' ')
			spec.space = true;
		else if (**fmt == '#')
			spec.alternate = true;
		else if (**fmt == '0')
			spec.zero = true;
		else
			break;
	}
	if (**fmt == '*') {
		++*fmt;
		spec.width = clamp(va_arg(*args, int), -(int)S16_MAX, (int)S16_MAX);
		if (spec.width < 0) {
			spec.left = true;
			spec.width = -spec.width;
		}
	} else {
		spec.width = number_in(fmt);
	}
	if (**fmt == '.') {
		++*fmt;
		if (**fmt == '*') {
			++*fmt;
			spec.precision = min(va_arg(*args, int), (int)S16_MAX);
		} else {
			spec.precision = number_in(fmt);
		}
	}
	return spec;
}

/* The argument's size in bytes by "hh", "h", "l", "ll", "z", "t". */
static int parse_length(const char **fmt)
{
	char c = **fmt;

	if (c != 'h' && c != 'l' && c != 'L' && c != 'z' && c != 'Z' && c != 't')
		return 4;
	++*fmt;
	if (**fmt == c && (c == 'h' || c == 'l')) {
		++*fmt;
		return c == 'h' ? 1 : 8;
	}
	return c == 'h' ? 2 : 8;
}

static u64 integer_argument(va_list *args, int size, bool is_signed)
{
	u64 value;

	if (size == 8)
		return va_arg(*args, u64);
	value = va_arg(*args, unsigned int);
	if (size == 1)
		return is_signed ? (u64)(s8)value : (u8)value;
	if (size == 2)
		return is_signed ? (u64)(s16)value : (u16)value;
	return is_signed ? (u64)(s32)value : (u32)value;
}

static void convert(struct out *out, const char **fmt, va_list *args)
{
	const char *begin = *fmt;
	struct spec spec = parse_spec(fmt, args);
	int size = parse_length(fmt);
	char c = *(*fmt)++;

	switch (c) {
	case 'c':
		spec.precision = -1;
		if (!spec.left)
			out_repeat(out, ' ', spec.width - 1);
		out_char(out, (char)va_arg(*args, int));
		if (spec.left)
			out_repeat(out, ' ', spec.width - 1);
		return;
	case 's':
		out_string(out, checked_string(va_arg(*args, const char *)), spec);
		return;
	case 'p':
		*fmt += out_pointer(out, *fmt, va_arg(*args, const void *), spec);
		return;
	case '%':
		out_char(out, '%');
		return;
	case 'd':
	case 'i':
		spec.is_signed = true;
		break;
	case 'u':
		break;
	case 'X':
		spec.upper = true;
		fallthrough;
	case 'x':
		spec.base = 16;
		break;
	case 'o':
		spec.base = 8;
		break;
	default:
		/* Not a format of the kernel's (%f, %n): it stays as it is, its argument is not known. */
		out_char(out, '%');
		if (!c)
			--*fmt;
		for (; begin < *fmt; begin++)
			out_char(out, *begin);
		return;
	}
	out_number(out, integer_argument(args, size, spec.is_signed), spec);
}

void out_format(struct out *out, const char *fmt, va_list *args)
{
	while (*fmt) {
		if (*fmt != '%') {
			out_char(out, *fmt++);
			continue;
		}
		fmt++;
		convert(out, &fmt, args);
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out out = { buf, size, 0 };
	va_list copy;

	if (size > INT_MAX)
		return 0;
	va_copy(copy, args);
	out_format(&out, fmt, &copy);
	va_end(copy);
	if (size)
		buf[min(out.length, size - 1)] = 0;
	return out.length;
}
EXPORT_SYMBOL(vsnprintf);

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int length = vsnprintf(buf, size, fmt, args);

	return size ? min_t(size_t, length, size - 1) : 0;
}
EXPORT_SYMBOL(vscnprintf);

int vsprintf(char *buf, const char *fmt, va_list args)
{
	return vsnprintf(buf, INT_MAX, fmt, args);
}
EXPORT_SYMBOL(vsprintf);

#define WITH_ARGUMENTS(result, call) ({		\
	va_list args;				\
	va_start(args, fmt);			\
	result = call;				\
	va_end(args);				\
	result; })

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	int length;

	return WITH_ARGUMENTS(length, vsnprintf(buf, size, fmt, args));
}
EXPORT_SYMBOL(snprintf);

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	int length;

	return WITH_ARGUMENTS(length, vscnprintf(buf, size, fmt, args));
}
EXPORT_SYMBOL(scnprintf);

int sprintf(char *buf, const char *fmt, ...)
{
	int length;

	return WITH_ARGUMENTS(length, vsprintf(buf, fmt, args));
}
EXPORT_SYMBOL(sprintf);

char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	int length = vsnprintf(NULL, 0, fmt, args);
	char *text = kmalloc(length + 1, gfp);

	if (text)
		vsnprintf(text, length + 1, fmt, args);
	return text;
}
EXPORT_SYMBOL(kvasprintf);

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	char *text;

	return WITH_ARGUMENTS(text, kvasprintf(gfp, fmt, args));
}
EXPORT_SYMBOL(kasprintf);
