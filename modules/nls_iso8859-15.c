// SPDX-License-Identifier: MIT
/* The character set ISO 8859-15: that of Western Europe with the euro. Source: Unicode's table 8859-15.TXT. */
#include <linux/module.h>
#include <linux/nls.h>

/* Where it differs from ISO 8859-1, which is the beginning of Unicode. */
static const struct {
	unsigned char byte;
	wchar_t unicode;
} own[] = {
	{ 0xa4, 0x20ac }, { 0xa6, 0x0160 }, { 0xa8, 0x0161 }, { 0xb4, 0x017d },
	{ 0xb8, 0x017e }, { 0xbc, 0x0152 }, { 0xbd, 0x0153 }, { 0xbe, 0x0178 },
};

static int char2uni(const unsigned char *from, int length, wchar_t *unicode)
{
	if (length < 1)
		return -ENAMETOOLONG;
	*unicode = *from;
	for (int i = 0; i < ARRAY_SIZE(own); i++)
		if (own[i].byte == *from)
			*unicode = own[i].unicode;
	return 1;
}

static int uni2char(wchar_t unicode, unsigned char *to, int room)
{
	if (room < 1)
		return -ENAMETOOLONG;
	for (int i = 0; i < ARRAY_SIZE(own); i++) {
		if (own[i].unicode == unicode) {
			*to = own[i].byte;
			return 1;
		}
		if (own[i].byte == unicode)
			return -EINVAL;
	}
	if (unicode > 0xff)
		return -EINVAL;
	*to = unicode;
	return 1;
}

static struct nls_table table = {
	.charset = "iso8859-15",
	.alias = "latin9",
	.uni2char = uni2char,
	.char2uni = char2uni,
};

static int __init nls_init(void)
{
	return register_nls(&table);
}

static void __exit nls_exit(void)
{
	unregister_nls(&table);
}

module_init(nls_init);
module_exit(nls_exit);

MODULE_ALIAS_NLS(latin9);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("The character set ISO 8859-15");
