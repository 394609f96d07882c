// Character sets: sdk/include/linux/nls.h. And their use: "nls" NAME; what is written in that character set is read as
// UTF-8.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/nls.h>
#include <linux/uaccess.h>

#include "subsystems.h"
#include "ukernel/core/native/api/kernel/request.h"

#define LONGEST_TEXT (16u << 20)

static int take_table_away(void *table);

static const struct owned_kind table_kind = {
	.one = "character set", .many = "character sets", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_table_away,
};

static DEFINE_MUTEX(tables_lock);
static struct nls_table *tables;

/* Where the pointer to it stands; the end of the list if it is not there. */
static struct nls_table **place_of(const struct nls_table *table)
{
	struct nls_table **at;

	for (at = &tables; *at && *at != table; at = &(*at)->next)
		continue;
	return at;
}

int __register_nls(struct nls_table *table, struct module *owner)
{
	bool busy;

	if (table->next)
		return -EBUSY;
	table->owner = owner;
	mutex_lock(&tables_lock);
	busy = *place_of(table);
	if (!busy) {
		table->next = tables;
		tables = table;
	}
	mutex_unlock(&tables_lock);
	if (busy)
		return -EBUSY;
	owned_acquire(&table_kind, table, table->charset, table->char2uni, 0);
	return 0;
}
EXPORT_SYMBOL(__register_nls);

int unregister_nls(struct nls_table *table)
{
	struct nls_table **at;
	bool found;

	mutex_lock(&tables_lock);
	at = place_of(table);
	found = *at;
	if (found) {
		*at = table->next;
		table->next = NULL;
	}
	mutex_unlock(&tables_lock);
	if (found)
		owned_release(&table_kind, table);
	return found ? 0 : -EINVAL;
}
EXPORT_SYMBOL(unregister_nls);

static int take_table_away(void *table)
{
	unregister_nls(table);
	return 0;
}

static struct nls_table *get(const char *charset)
{
	struct nls_table *table;

	mutex_lock(&tables_lock);
	for (table = tables; table; table = table->next)
		if (!strcmp(table->charset, charset) || (table->alias && !strcmp(table->alias, charset)))
			break;
	if (table && !kapi_module_get(table->owner))
		table = NULL;
	mutex_unlock(&tables_lock);
	return table;
}

struct nls_table *load_nls(const char *charset)
{
	struct nls_table *table = get(charset);
	char cause[64];

	if (table || !*charset)
		return table;
	snprintf(cause, sizeof(cause), "use of the character set %s", charset);
	kapi_request(cause, "nls_%s", charset);
	return get(charset);
}
EXPORT_SYMBOL(load_nls);

void unload_nls(struct nls_table *table)
{
	if (table)
		kapi_module_put(table->owner);
}
EXPORT_SYMBOL(unload_nls);

int utf32_to_utf8(u32 unicode, u8 *to, int room)
{
	int length = unicode < 0x80 ? 1 : unicode < 0x800 ? 2 : unicode < 0x10000 ? 3 : 4;

	if (unicode > 0x10ffff || (unicode >= 0xd800 && unicode < 0xe000) || room < length)
		return -1;
	for (int i = length - 1; i > 0; i--, unicode >>= 6)
		to[i] = 0x80 | (unicode & 0x3f);
	to[0] = length == 1 ? unicode : (0xf00 >> length & 0xff) | unicode;
	return length;
}
EXPORT_SYMBOL(utf32_to_utf8);

int utf8_to_utf32(const u8 *from, int length, u32 *unicode)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int size;
	u32 value;

	if (length < 1)
		return -1;
	size = from[0] < 0x80 ? 1 : (from[0] & 0xe0) == 0xc0 ? 2 : (from[0] & 0xf0) == 0xe0 ? 3 : 4;
	if (size == 4 && (from[0] & 0xf8) != 0xf0)
		return -1;
	if (length < size)
		return -1;
	value = size == 1 ? from[0] : from[0] & (0x7f >> size);
	for (int i = 1; i < size; i++) {
		if ((from[i] & 0xc0) != 0x80)
			return -1;
		value = value << 6 | (from[i] & 0x3f);
	}
	if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return -1;
	*unicode = value;
	return size;
}
EXPORT_SYMBOL(utf8_to_utf32);

struct use {
	struct nls_table *table;
	struct growing_text text;
	unsigned char rest[NLS_MAX_CHARSET_SIZE];	/* of a character that has not come whole */
	int rests;
};

static int use_open(struct inode *inode, struct file *file)
{
	struct use *use = platform_alloc(sizeof(*use), 16, 1);

	if (!use)
		return -ENOMEM;
	use->table = load_nls(use_word(use_request(file), 1));
	if (!use->table) {
		platform_free(use);
		return -EINVAL;
	}
	if (!use->table->owner)
		file_serve(file, NULL, use->table->char2uni);
	file->private_data = use;
	return 0;
}

/* U+FFFD for what is no character. */
static int convert_one(struct use *use)
{
	u8 utf8[4];
	wchar_t unicode;
	int used = use->table->char2uni(use->rest, use->rests, &unicode);

	if (used > use->rests)
		return -EIO;
	text_append(&use->text, (char *)utf8, utf32_to_utf8(used > 0 ? unicode : 0xfffd, utf8, sizeof(utf8)));
	used = max(used, 1);
	use->rests -= used;
	memmove(use->rest, use->rest + used, use->rests);
	return 0;
}

static ssize_t use_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	int error = 0;

	for (size_t at = 0; at < size && !error; at++) {
		if (copy_from_user(use->rest + use->rests, from + at, 1))
			return -EFAULT;
		if (++use->rests == NLS_MAX_CHARSET_SIZE)
			error = convert_one(use);
	}
	if (use->text.failed)
		error = -ENOMEM;
	if (use->text.length > LONGEST_TEXT)
		error = -EFBIG;
	return error ?: (ssize_t)size;
}

static ssize_t use_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	int error = 0;

	while (use->rests && !error)
		error = convert_one(use);
	return error ?: simple_read_from_buffer(to, size, position, use->text.text, use->text.length);
}

static int use_release(struct inode *inode, struct file *file)
{
	struct use *use = file->private_data;

	unload_nls(use->table);
	if (use->text.text)
		platform_free(use->text.text);
	platform_free(use);
	return 0;
}

const struct file_operations nls_use = {
	.open = use_open,
	.read = use_read,
	.write = use_write,
	.release = use_release,
};
