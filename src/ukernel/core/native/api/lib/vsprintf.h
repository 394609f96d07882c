/* Between vsprintf.c and pointer.c. */
#pragma once

#include <linux/stdarg.h>
#include <linux/types.h>

/* Text under construction; length also counts what did not fit. */
struct out {
	char *buffer;
	size_t size;
	size_t length;
};

struct spec {
	int width;
	int precision;	/* -1: not given */
	int base;
	bool left, plus, space, alternate, zero;
	bool is_signed, upper;
};

void out_char(struct out *out, char c);
void out_string(struct out *out, const char *s, struct spec spec);
void out_number(struct out *out, u64 value, struct spec spec);
void out_format(struct out *out, const char *fmt, va_list *args);

/* s, or what Linux prints for a pointer that is none: "(null)", "(efault)". */
const char *checked_string(const char *s);

/* What %p and the letters behind it say of a pointer; how many letters those were. */
int out_pointer(struct out *out, const char *letters, const void *pointer, struct spec spec);
