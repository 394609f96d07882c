#ifndef _LINUX_NLS_H
#define _LINUX_NLS_H

#include <linux/types.h>

struct module;

typedef u16 wchar_t;

#define NLS_MAX_CHARSET_SIZE 6	/* bytes of one character */

/* A character set. Both give the bytes used, or -EINVAL (no such character), -ENAMETOOLONG (no room). */
struct nls_table {
	const char *charset;
	const char *alias;
	int (*uni2char)(wchar_t unicode, unsigned char *to, int room);
	int (*char2uni)(const unsigned char *from, int length, wchar_t *unicode);
	const unsigned char *charset2lower;
	const unsigned char *charset2upper;
	struct module *owner;
	struct nls_table *next;	/* of all; the kernel's own */
};

/** register_nls - a character set. 0; -EBUSY: it is there already. Context: may sleep. Source: fs/nls/nls_base.c. */
int __register_nls(struct nls_table *table, struct module *owner);
#define register_nls(table) __register_nls(table, THIS_MODULE)
int unregister_nls(struct nls_table *table);
/** load_nls - a character set with a reference on its module, or NULL; asked for as nls_NAME. Context: may sleep. */
struct nls_table *load_nls(const char *charset);
void unload_nls(struct nls_table *table);

/** utf32_to_utf8 - the bytes of a character (at most 4 are written), or -1; utf8_to_utf32 - bytes read, or -1. */
int utf32_to_utf8(u32 unicode, u8 *to, int room);
int utf8_to_utf32(const u8 *from, int length, u32 *unicode);

#define MODULE_ALIAS_NLS(name) MODULE_ALIAS("nls_" __stringify(name))

#endif
