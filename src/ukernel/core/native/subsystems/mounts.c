// Filesystems that are mounted: for one use, or with a name, by which others use them, too.
#include <linux/kernel.h>
#include <linux/module.h>

#include "blocks.h"
#include "mounts.h"
#include "vfs.h"

static DEFINE_MUTEX(mounts_lock);
static LIST_HEAD(mounts);

static struct mount *find(const char *name)
{
	struct mount *mount;

	list_for_each_entry(mount, &mounts, list)
		if (!strcmp(mount->name, name))
			return mount;
	return NULL;
}

static int give_name(struct mount *mount, const char *name)
{
	int error = 0;

	if (!*name)
		return 0;
	if (strscpy(mount->name, name, sizeof(mount->name)) < 0)
		return -ENAMETOOLONG;
	mutex_lock(&mounts_lock);
	if (find(name))
		error = -EEXIST;
	else
		list_add_tail(&mount->list, &mounts);
	mutex_unlock(&mounts_lock);
	return error;
}

static int fill(struct mount *mount, struct file_system_type *type, const struct use_request *request, const char *options)
{
	const char *source = use_word(request, 2);
	struct dentry *root;
	char node[48];

	if (request->image >= 0) {
		struct block_device *image = block_device_of_image(request->image);

		if (IS_ERR(image))
			return PTR_ERR(image);
		mount->image = image;
		snprintf(node, sizeof(node), "/dev/%s", image->bd_name);
		source = node;
	}
	root = type->mount(type, SB_RDONLY, source, *options ? (void *)options : NULL);
	if (IS_ERR(root))
		return PTR_ERR(root);
	mount->sb = root->d_sb;
	return 0;
}

struct mount *mount_make(struct file *file, const struct use_request *request, bool asks, const char *name,
			 const char *options)
{
	const char *wanted = use_word(request, 1);
	struct file_system_type *type = asks ? get_fs_type(wanted) : filesystem_loaded(wanted);
	struct mount *mount;
	bool good;
	int error;

	if (!type)
		return ERR_PTR(-ENODEV);
	good = file_serve(file, type->owner, type->mount);
	put_filesystem(type);
	if (!good)
		return ERR_PTR(-ENODEV);
	mount = platform_alloc(sizeof(*mount), 16, 1);
	if (!mount)
		return ERR_PTR(-ENOMEM);
	mount->count = 1;
	INIT_LIST_HEAD(&mount->list);
	error = fill(mount, type, request, options);
	if (!error)
		error = give_name(mount, name);
	if (!error)
		return mount;
	mount_put(mount);
	return ERR_PTR(error);
}

struct mount *mount_get(struct file *file, const char *name)
{
	struct mount *mount;

	mutex_lock(&mounts_lock);
	mount = find(name);
	if (mount && file_serve(file, mount->sb->s_type->owner, mount->sb->s_type->mount))
		mount->count++;
	else
		mount = NULL;
	mutex_unlock(&mounts_lock);
	return mount;
}

void mount_hide(struct mount *mount)
{
	mutex_lock(&mounts_lock);
	list_del_init(&mount->list);
	mutex_unlock(&mounts_lock);
}

void mount_put(struct mount *mount)
{
	bool last;

	mutex_lock(&mounts_lock);
	last = !--mount->count;
	if (last)
		list_del_init(&mount->list);
	mutex_unlock(&mounts_lock);
	if (!last)
		return;
	if (mount->sb)
		mount->sb->s_type->kill_sb(mount->sb);
	if (mount->image)
		block_device_put(mount->image);
	platform_free(mount);
}
