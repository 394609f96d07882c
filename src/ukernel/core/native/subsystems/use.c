// How programs reach the subsystems: use.h.
#include <linux/kernel.h>
#include <linux/stdarg.h>

#include "subsystems.h"

static const struct {
	const char *name;
	const struct file_operations *fops;
} subsystems[] = {
	{ "filesystem", &filesystem_use },
	{ "mounted", &mounted_use },
	{ "socket", &socket_use },
	{ "netdev", &netdev_use },
	{ "crypto", &crypto_use },
	{ "nls", &nls_use },
	{ "ldisc", &ldisc_use },
	{ "exec", &binfmt_use },
	{ "nfsservctl", &nfsd_use },
};

int use_prepare(const struct use_request *request, int flags, struct open_file **to)
{
	for (size_t i = 0; i < ARRAY_SIZE(subsystems); i++)
		if (!strcmp(subsystems[i].name, use_word(request, 0)))
			return file_prepare_with(subsystems[i].fops, (void *)request, flags, to);
	return -ENOSYS;
}

const struct use_request *use_request(const struct file *file)
{
	return file->private_data;
}

const char *use_word(const struct use_request *request, int n)
{
	return n < request->count ? request->words[n] : "";
}

static bool grow(struct growing_text *text, size_t by)
{
	size_t capacity = max_t(size_t, 2 * text->capacity, text->length + by);
	char *larger = text->failed ? NULL : platform_alloc(capacity, 1, 0);

	if (!larger) {
		text->failed = true;
		return false;
	}
	if (text->text) {
		memcpy(larger, text->text, text->length);
		platform_free(text->text);
	}
	text->text = larger;
	text->capacity = capacity;
	return true;
}

void text_append(struct growing_text *text, const char *from, size_t length)
{
	if (length > text->capacity - text->length && !grow(text, length))
		return;
	memcpy(text->text + text->length, from, length);
	text->length += length;
}

void text_print(struct growing_text *text, const char *format, ...)
{
	char line[256];
	va_list arguments;

	va_start(arguments, format);
	text_append(text, line, vscnprintf(line, sizeof(line), format, arguments));
	va_end(arguments);
}
