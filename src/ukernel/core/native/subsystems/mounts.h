/* Mounts of filesystems, for those who use them: mounts.c. */
#pragma once

#include <linux/fs.h>

#include "subsystems.h"

#define MOUNT_NAME_LEN 24

struct mount {
	struct list_head list;		/* of those with names */
	int count;
	char name[MOUNT_NAME_LEN];
	struct block_device *image;
	struct super_block *sb;
};

/*
 * Mounts for `file`, which is being opened and keeps the filesystem's module from now on: the image that came along, else
 * the block device with the node `source`. A type that is not there is asked for if `asks`. With a name it can be found.
 * ERR_PTR(): -ENODEV, -EEXIST, -ENOMEM, the filesystem's own.
 */
struct mount *mount_make(struct file *file, const struct use_request *request, bool asks, const char *name,
			 const char *options);
/* One that has a name, for another file; NULL. */
struct mount *mount_get(struct file *file, const char *name);
void mount_put(struct mount *mount);
/* It is not found any more. */
void mount_hide(struct mount *mount);
