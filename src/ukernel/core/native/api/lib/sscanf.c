// Values from text by a format: sdk/include/linux/sprintf.h.
#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "lib/kstrtox.h"

struct field {
	bool skip;	/* '*': nothing is stored */
	int width;	/* -1: not given */
	int size;	/* of the variable, in bytes */
};

static struct field parse_field(const char **fmt)
{
	struct field field = { .width = -1, .size = 4 };

	if (**fmt == '*') {
		field.skip = true;
		++*fmt;
	}
	if (isdigit(**fmt))
		for (field.width = 0; isdigit(**fmt);)
			field.width = min(field.width * 10 + *(*fmt)++ - '0', (int)S16_MAX);
	if (**fmt == 'h') {
		field.size = 2;
		if (*++*fmt == 'h') {
			field.size = 1;
			++*fmt;
		}
	} else if (**fmt == 'l' || **fmt == 'z' || **fmt == 'L') {
		field.size = 8;
		if (*++*fmt == 'l')
			++*fmt;
	}
	return field;
}

static void store(void *to, u64 value, int size)
{
	switch (size) {
	case 1:
		*(u8 *)to = value;
		break;
	case 2:
		*(u16 *)to = value;
		break;
	case 4:
		*(u32 *)to = value;
		break;
	default:
		*(u64 *)to = value;
	}
}

/* Where a number ends, or NULL if there is none. */
static const char *scan_number(const char *s, char conversion, struct field field, u64 *value)
{
	unsigned int base = conversion == 'i' ? 0 : conversion == 'o' ? 8 : 10;
	bool is_signed = conversion == 'd' || conversion == 'i', negative, overflow;
	size_t limit = field.width < 0 ? SIZE_MAX : field.width;
	const char *end;

	if (tolower(conversion) == 'x')
		base = 16;
	s = skip_spaces(s);
	negative = is_signed && *s == '-';
	if (negative) {
		s++;
		limit--;
	}
	end = parse_digits(s, base, limit, value, &overflow);
	if (end == s)
		return NULL;
	if (negative)
		*value = -*value;
	return end;
}

/* The characters of "[a-z]", "[^...]" into a set; where the set ends, or NULL. */
static const char *parse_set(const char *fmt, unsigned long set[4])
{
	bool inverted = *fmt == '^';
	int c;

	memset(set, 0, 4 * sizeof(*set));
	if (inverted)
		fmt++;
	do {
		if (!*fmt)
			return NULL;
		__set_bit((u8)*fmt, set);
		if (fmt[1] == '-' && fmt[2] && fmt[2] != ']') {
			for (c = (u8)fmt[0]; c <= (u8)fmt[2]; c++)
				__set_bit(c, set);
			fmt += 2;
		}
		fmt++;
	} while (*fmt != ']');
	if (inverted)
		for (c = 0; c < 4; c++)
			set[c] = ~set[c];
	__clear_bit(0, set);
	return fmt + 1;
}

static const char *scan_text(const char *s, const unsigned long set[4], struct field field, char *to)
{
	int left = field.width < 0 ? INT_MAX : field.width;
	const char *begin = s;

	while (left-- && *s && test_bit((u8)*s, set)) {
		if (to)
			*to++ = *s;
		s++;
	}
	if (to)
		*to = 0;
	return s == begin ? NULL : s;
}

int vsscanf(const char *buf, const char *fmt, va_list args)
{
	const char *s = buf;
	int stored = 0;

	while (*fmt) {
		unsigned long set[4];
		struct field field;
		char conversion;
		u64 value;

		if (isspace(*fmt)) {
			fmt = skip_spaces(fmt);
			s = skip_spaces(s);
			continue;
		}
		if (*fmt != '%' || fmt[1] == '%') {
			fmt += *fmt == '%';
			if (*s != *fmt)
				break;
			s++;
			fmt++;
			continue;
		}
		fmt++;
		field = parse_field(&fmt);
		conversion = *fmt++;
		if (conversion == 'n') {
			store(va_arg(args, void *), s - buf, field.size);
			continue;
		}
		switch (conversion) {
		case 'c': {
			char *to = field.skip ? NULL : va_arg(args, char *);

			for (int left = field.width < 0 ? 1 : field.width; left; left--) {
				if (!*s)
					return stored;
				if (to)
					*to++ = *s;
				s++;
			}
			break;
		}
		case 's':
			memset(set, 0xff, sizeof(set));
			for (const char *blank = " \t\n\v\f\r"; *blank; blank++)
				__clear_bit(*blank, set);
			s = scan_text(skip_spaces(s), set, field, field.skip ? NULL : va_arg(args, char *));
			break;
		case '[':
			fmt = parse_set(fmt, set);
			if (!fmt)
				return stored;
			s = scan_text(s, set, field, field.skip ? NULL : va_arg(args, char *));
			break;
		case 'd':
		case 'i':
		case 'u':
		case 'o':
		case 'x':
		case 'X':
			s = scan_number(s, conversion, field, &value);
			if (s && !field.skip)
				store(va_arg(args, void *), value, field.size);
			break;
		default:
			return stored;
		}
		if (!s)
			break;
		stored += !field.skip;
	}
	return stored;
}
EXPORT_SYMBOL(vsscanf);

int sscanf(const char *buf, const char *fmt, ...)
{
	va_list args;
	int stored;

	va_start(args, fmt);
	stored = vsscanf(buf, fmt, args);
	va_end(args);
	return stored;
}
EXPORT_SYMBOL(sscanf);
