/* Inodes and names of mounts: vfs.c. */
#pragma once

#include <linux/fs.h>

/* A name below `parent` (NULL: of a root) that stands for nothing yet; NULL: no memory. */
struct dentry *dentry_new(struct super_block *sb, struct dentry *parent, const char *name, size_t length);
void dentry_free(struct dentry *dentry);

/* As get_fs_type(), of those that are there: none is asked for. */
struct file_system_type *filesystem_loaded(const char *name);

/* At the end of a mount: what is still in use is complained of. */
void inodes_evict(struct super_block *sb);
