// The formats behind %p: sdk/include/linux/printk.h lists them.
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/page.h>

#include "api.h"
#include "lib/errname.h"
#include "lib/vsprintf.h"

const char *checked_string(const char *s)
{
	if ((unsigned long)s < PAGE_SIZE)
		return "(null)";
	return IS_ERR(s) ? "(efault)" : s;
}

static void out_address(struct out *out, u64 value, struct spec spec)
{
	spec.base = 16;
	spec.precision = -1;
	spec.zero = !spec.left;
	if (spec.width < 16)
		spec.width = 16;
	out_number(out, value, spec);
}

/* One number for one address, that tells nothing of it; NULL and error pointers stay. */
static u64 hashed(const void *pointer)
{
	static u64 key;
	u64 value = (u64)pointer, none = 0;

	if (IS_ERR_OR_NULL(pointer))
		return value;
	__atomic_compare_exchange_n(&key, &none, (platform_monotonic() ^ platform_realtime()) | 1, 0,
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	value ^= READ_ONCE(key);
	value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdull;
	value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53ull;
	return (u32)(value ^ (value >> 33));
}

static void out_hex_byte(struct out *out, u8 byte, bool upper)
{
	struct spec spec = { .base = 16, .precision = 2, .upper = upper };

	out_number(out, byte, spec);
}

static void out_bytes(struct out *out, const u8 *bytes, int count, char separator)
{
	for (int index = 0; index < count; index++) {
		if (index && separator)
			out_char(out, separator);
		out_hex_byte(out, bytes[index], false);
	}
}

/* %*ph: the width is the number of bytes. */
static int out_hex(struct out *out, const char *letters, const u8 *bytes, struct spec spec)
{
	char separator = ' ';
	int used = 2;

	if (letters[1] == 'C')
		separator = ':';
	else if (letters[1] == 'D')
		separator = '-';
	else if (letters[1] == 'N')
		separator = 0;
	else
		used = 1;
	out_bytes(out, bytes, clamp(spec.width, 1, 64), separator);
	return used;
}

static int out_mac(struct out *out, const char *letters, const u8 *mac)
{
	u8 reversed[6];

	if (letters[0] == 'm') {
		out_bytes(out, mac, 6, 0);
		return 1;
	}
	if (letters[1] == 'R') {
		for (int index = 0; index < 6; index++)
			reversed[index] = mac[5 - index];
		out_bytes(out, reversed, 6, ':');
		return 2;
	}
	out_bytes(out, mac, 6, letters[1] == 'F' ? '-' : ':');
	return letters[1] == 'F' ? 2 : 1;
}

static void out_ipv4(struct out *out, const u8 *ip, bool leading_zeros)
{
	struct spec spec = { .base = 10, .precision = leading_zeros ? 3 : 1 };

	for (int index = 0; index < 4; index++) {
		if (index)
			out_char(out, '.');
		out_number(out, ip[index], spec);
	}
}

/* %pI6c: the longest run of at least two zero groups becomes "::" (RFC 5952). */
static void out_ipv6_compact(struct out *out, const u8 *ip)
{
	struct spec spec = { .base = 16, .precision = 1 };
	int best = -1, best_length = 1, index, run;

	for (index = 0; index < 8; index++) {
		for (run = 0; index + run < 8 && !ip[2 * (index + run)] && !ip[2 * (index + run) + 1];)
			run++;
		if (run > best_length) {
			best = index;
			best_length = run;
		}
	}
	for (index = 0; index < 8; index++) {
		if (index == best) {
			out_char(out, ':');
			if (index + best_length == 8)
				out_char(out, ':');
			index += best_length - 1;
			continue;
		}
		if (index)
			out_char(out, ':');
		out_number(out, ip[2 * index] << 8 | ip[2 * index + 1], spec);
	}
}

static int out_ip(struct out *out, const char *letters, const u8 *ip)
{
	if (letters[1] == '4') {
		out_ipv4(out, ip, letters[0] == 'i');
		return 2;
	}
	if (letters[1] != '6')
		return 0;
	if (letters[2] == 'c') {
		out_ipv6_compact(out, ip);
		return 3;
	}
	for (int index = 0; index < 16; index++) {
		if (index && index % 2 == 0 && letters[0] == 'I')
			out_char(out, ':');
		out_hex_byte(out, ip[index], false);
	}
	return 2;
}

static int out_uuid(struct out *out, const char *letters, const u8 *uuid)
{
	static const u8 little[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	char kind = letters[1];
	bool is_little = kind == 'l' || kind == 'L', upper = kind == 'L' || kind == 'B';

	for (int index = 0; index < 16; index++) {
		if (index == 4 || index == 6 || index == 8 || index == 10)
			out_char(out, '-');
		out_hex_byte(out, uuid[is_little ? little[index] : index], upper);
	}
	return is_little || kind == 'b' || kind == 'B' ? 2 : 1;
}

static void out_symbol(struct out *out, const void *address, bool with_offset, struct spec spec)
{
	char name[200];

	platform_symbolize((unsigned long)address, name, sizeof(name));
	if (!with_offset) {	/* "name+0x1/0x2 [module]" without the middle */
		char *plus = strchr(name, '+'), *blank = strchr(name, ' ');

		if (plus && blank)
			memmove(plus, blank, strlen(blank) + 1);
		else if (plus)
			*plus = 0;
	}
	out_string(out, name, spec);
}

static void out_error(struct out *out, const void *pointer, struct spec spec)
{
	const char *name = IS_ERR(pointer) ? error_name(-PTR_ERR(pointer)) : NULL;

	if (!name) {
		out_address(out, IS_ERR(pointer) ? (u64)pointer : hashed(pointer), spec);
		return;
	}
	out_char(out, '-');
	spec.width--;
	out_string(out, name, spec);
}

/* How many letters a format of bytes has, where there are no bytes to show. */
static int letters_of(const char *letters)
{
	if (letters[0] == 'I' || letters[0] == 'i')
		return letters[1] == '6' && letters[2] == 'c' ? 3 : 2;
	if (letters[0] == 'm' || letters[0] == 'V' || !letters[1])
		return 1;
	return strchr(letters[0] == 'a' ? "dp" : letters[0] == 'h' ? "CDN" : letters[0] == 'M' ? "RF" : "bBlL", letters[1]) ? 2 : 1;
}

int out_pointer(struct out *out, const char *letters, const void *pointer, struct spec spec)
{
	bool is_data = letters[0] && strchr("ahMmIiUV", letters[0]);

	if (is_data && (checked_string(pointer) != pointer)) {
		spec.width = 0;
		out_string(out, checked_string(pointer), spec);
		return letters_of(letters);
	}
	switch (letters[0]) {
	case 'x':
		out_address(out, (u64)pointer, spec);
		return 1;
	case 'K':
		out_address(out, hashed(pointer), spec);
		return 1;
	case 'S':
	case 'B':
		out_symbol(out, pointer, true, spec);
		return 1;
	case 's':
		out_symbol(out, pointer, false, spec);
		return 1;
	case 'e':
		out_error(out, pointer, spec);
		return 1;
	case 'a':
		spec.alternate = true;
		spec.width = 2 + 2 * sizeof(phys_addr_t);
		out_address(out, *(const phys_addr_t *)pointer, spec);
		return letters_of(letters);
	case 'h':
		return out_hex(out, letters, pointer, spec);
	case 'M':
	case 'm':
		return out_mac(out, letters, pointer);
	case 'I':
	case 'i':
		if (letters[1] == '4' || letters[1] == '6')
			return out_ip(out, letters, pointer);
		break;
	case 'U':
		return out_uuid(out, letters, pointer);
	case 'V': {
		const struct va_format *format = pointer;
		va_list args;

		va_copy(args, *format->va);
		out_format(out, format->fmt, &args);
		va_end(args);
		return 1;
	}
	}
	out_address(out, hashed(pointer), spec);
	return 0;
}
