/* The files that modules make: one tree, whose root is /. Everything that has a name below /dev, /proc
 * or /sys is an entry of it. */
#pragma once

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "api.h"

struct open_file;

struct entry {
	struct entry *parent;
	struct list_head siblings;
	struct list_head children;
	umode_t mode;			/* with S_IFMT */
	dev_t device;			/* of S_IFCHR */
	loff_t size;
	kuid_t uid;
	kgid_t gid;
	bool shared;			/* of the tree itself: /dev, /proc, /sys/class... */
	bool gone;
	int references;			/* the tree's, and one of each open file and holder */
	int calls;			/* that run in the file's operations now */
	struct list_head files;		/* struct open_file that have it open */
	const struct file_operations *fops;
	struct file_operations own_fops; /* where the maker's are of another type */
	struct module *owner;		/* kept while it is open; NULL where removing the entry waits instead */
	int gone_error;			/* of calls on files that are open when it is removed: -EIO, -ENODEV */
	bool released_early;		/* removing it releases open files, as /proc does */
	void *data;			/* inode->i_private */
	void *context;			/* the maker's own: operations, an attribute's kobject */
	unsigned int size_of_private;	/* of proc_create_seq_private */
	char *target;			/* of S_IFLNK */
	const struct owned_kind *kind;	/* what it is to the module that has it; NULL: part of something else */
	struct dentry dentry;
	char name[];
};

/* Guards the tree and the lists of open files. Module memory is not touched while it is held: a fault
 * would leave it locked. */
extern struct mutex tree_lock;

extern struct entry tree_root, tree_dev, tree_proc;

/* The entry of a folder that is always there, "/sys/kernel/debug"; NULL for others. */
struct entry *tree_fixed(const char *path);

/* A new entry with one reference, not in the tree yet. NULL if there is no memory. */
struct entry *entry_new(const char *name, umode_t mode);
/* Puts it there, which takes over the reference. `code`: a function or operations of the module that
 * has it, or NULL. 0; -EEXIST, -ENOENT (the folder is gone): the caller's reference stays. */
int entry_add(struct entry *folder, struct entry *entry, const void *code);
/* For an owned_kind of entries. */
int entry_take_away(void *entry);
struct entry *entry_get(struct entry *entry);
void entry_put(struct entry *entry);
/* Takes it and all that is in it out of the tree, and waits until no call runs in its operations.
 * May sleep. */
void entry_remove(struct entry *entry);
/* Of that name in a folder, with a reference; NULL if there is none. */
struct entry *entry_in(struct entry *folder, const char *name);
/* At an absolute path, with a reference. */
struct entry *entry_at(const char *path);
/* Under tree_lock. */
struct entry *entry_lookup(struct entry *folder, const char *name, size_t length);
/* "/proc/driver/thing" into a buffer of `size`. Under tree_lock. */
void entry_path(const struct entry *entry, char *to, size_t size);

/* A copy of a text, for entries; NULL if there is no memory. */
char *kapi_text(const char *text);

/* open_release.c: makes what is open of a removed entry give its gone_error. Under tree_lock, which it gives up
 * meanwhile to call release where the entry says so. */
void open_files_gone(struct entry *entry);
