/* What the files of this folder share. */
#pragma once

#include <linux/fs.h>

#include "ukernel/core/native/api/api.h"
#include "ukernel/core/native/subsystems/use.h"

/* The subsystems' own files. */
extern const struct file_operations filesystem_use, mounted_use, socket_use, netdev_use, crypto_use, nls_use, ldisc_use,
				     binfmt_use, nfsd_use;

/* block_file.c: nodes of block devices. */
extern const struct file_operations block_file_operations;

/* For open(): the request. Word number n of it; "" if it has fewer. */
const struct use_request *use_request(const struct file *file);
const char *use_word(const struct use_request *request, int n);

/* api/fs/open.c: a file that is not open yet with these operations and private data. 0, -ENOMEM. */
int file_prepare_with(const struct file_operations *fops, void *data, int flags, struct open_file **to);

/*
 * For open(): from now on the file is served by that module's code (operations, a function), until it is closed.
 * Keeps the module; one that names no owner is not kept, and gets its files taken away when it goes. False if
 * it is on its way out.
 */
bool file_serve(struct file *file, struct module *owner, const void *code);

/* A text that grows. All zero is empty; free the text with platform_free(). */
struct growing_text {
	char *text;
	size_t length, capacity;
	bool failed;	/* there was no memory: what follows is lost */
};
void text_append(struct growing_text *text, const char *from, size_t length);
__printf(2, 3) void text_print(struct growing_text *text, const char *format, ...);
