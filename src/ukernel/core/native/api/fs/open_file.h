/* An open file of a module, as the three files see it that open it, call it and release it. */
#pragma once

#include <linux/fs.h>
#include <linux/list.h>

#include "api.h"
#include "fs/files.h"
#include "fs/tree.h"

struct open_file {
	struct list_head list;		/* of all */
	struct list_head siblings;	/* of the entry's */
	struct file file;
	struct inode inode;
	struct dentry dentry;		/* of a node that has no entry */
	struct entry *entry;		/* NULL: a device */
	struct module *owner;
	struct list_head waiters;	/* in the module's wait queues: poll.c */
	struct list_head mappings;	/* mmap.c */
	bool opened;
	bool released;
	int gone;			/* the error that it gives since what was behind it is gone */
	int calls;			/* that run in its operations */
};

extern struct list_head open_files;	/* under tree_lock */
extern const struct owned_kind open_file_kind;
