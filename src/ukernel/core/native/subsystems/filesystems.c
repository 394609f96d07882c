// Which filesystems there are, and mounting them: sdk/include/linux/fs/super.h.
#include <linux/buffer_head.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include "blocks.h"
#include "subsystems.h"
#include "ukernel/core/native/api/kernel/request.h"
#include "vfs.h"

static int take_type_away(void *type);

static const struct owned_kind type_kind = {
	.one = "filesystem", .many = "filesystems", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_type_away,
};

/* Names are the modules' memory: read before the lock is taken where a fault may meet them first. */
static DEFINE_MUTEX(types_lock);
static struct file_system_type *types;

/* Where the pointer to it stands; the end of the list if there is none. */
static struct file_system_type **find(const char *name, size_t length)
{
	struct file_system_type **at;

	for (at = &types; *at; at = &(*at)->next)
		if (!strncmp((*at)->name, name, length) && !(*at)->name[length])
			break;
	return at;
}

int register_filesystem(struct file_system_type *type)
{
	size_t length = strlen(type->name);
	struct file_system_type **at;
	int error = 0;

	if (type->next)
		return -EBUSY;
	mutex_lock(&types_lock);
	at = find(type->name, length);
	if (*at)
		error = -EBUSY;
	else
		*at = type;
	mutex_unlock(&types_lock);
	if (!error)
		owned_acquire(&type_kind, type, type->name, type->mount, 0);
	return error;
}
EXPORT_SYMBOL(register_filesystem);

int unregister_filesystem(struct file_system_type *type)
{
	struct file_system_type **at;
	bool found = false;

	mutex_lock(&types_lock);
	for (at = &types; *at && !found; at = found ? at : &(*at)->next)
		found = *at == type;
	if (found) {
		*at = type->next;
		type->next = NULL;
	}
	mutex_unlock(&types_lock);
	if (found)
		owned_release(&type_kind, type);
	return found ? 0 : -EINVAL;
}
EXPORT_SYMBOL(unregister_filesystem);

static int take_type_away(void *type)
{
	unregister_filesystem(type);
	return 0;
}

static struct file_system_type *look(const char *name, size_t length)
{
	struct file_system_type *type;

	mutex_lock(&types_lock);
	type = *find(name, length);
	if (type && !kapi_module_get(type->owner))
		type = NULL;
	mutex_unlock(&types_lock);
	return type;
}

struct file_system_type *get_fs_type(const char *name)
{
	size_t length = strcspn(name, ".");
	struct file_system_type *type = look(name, length);
	char cause[64];
	int error;

	if (type || !length)
		return type;
	snprintf(cause, sizeof(cause), "mount of %.*s", (int)length, name);
	error = kapi_request(cause, "fs-%.*s", (int)length, name);
	type = look(name, length);
	if (!type && !error)
		pr_warn_once("request_module fs-%.*s succeeded, but still no fs?\n", (int)length, name);
	return type;
}
EXPORT_SYMBOL(get_fs_type);

struct file_system_type *filesystem_loaded(const char *name)
{
	return look(name, strcspn(name, "."));
}

void put_filesystem(struct file_system_type *type)
{
	kapi_module_put(type->owner);
}
EXPORT_SYMBOL(put_filesystem);

static struct super_block *new_super(struct file_system_type *type, int flags, const char *source)
{
	struct super_block *sb = platform_alloc(sizeof(*sb), 16, 1);

	if (!sb)
		return NULL;
	sb->s_type = type;
	sb->s_flags = flags | SB_RDONLY;
	sb->s_maxbytes = S32_MAX;
	sb->s_time_gran = 1000000000;
	strscpy(sb->s_id, source, sizeof(sb->s_id));
	INIT_LIST_HEAD(&sb->s_inodes);
	return sb;
}

static struct dentry *filled(struct super_block *sb, void *data, int flags,
			     int (*fill)(struct super_block *sb, void *data, int silent))
{
	int error = fill(sb, data, (flags & SB_SILENT) != 0);

	if (!error && !sb->s_root)
		error = -EINVAL;
	if (!error)
		return sb->s_root;
	sb->s_type->kill_sb(sb);
	return ERR_PTR(error);
}

struct dentry *mount_bdev(struct file_system_type *type, int flags, const char *source, void *data,
			  int (*fill)(struct super_block *sb, void *data, int silent))
{
	struct block_device *device = block_device_open(source);
	struct super_block *sb;

	if (IS_ERR(device))
		return ERR_CAST(device);
	sb = new_super(type, flags, device->bd_name);
	if (!sb) {
		block_device_put(device);
		return ERR_PTR(-ENOMEM);
	}
	sb->s_bdev = device;
	sb_set_blocksize(sb, 512);
	return filled(sb, data, flags, fill);
}
EXPORT_SYMBOL(mount_bdev);

struct dentry *mount_nodev(struct file_system_type *type, int flags, void *data,
			   int (*fill)(struct super_block *sb, void *data, int silent))
{
	struct super_block *sb = new_super(type, flags, type->name);

	return sb ? filled(sb, data, flags, fill) : ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL(mount_nodev);

/* generic_shutdown_super(), fs/super.c. The names and inodes go before what the module keeps of the mount. */
void kill_anon_super(struct super_block *sb)
{
	bool mounted = sb->s_root;

	if (mounted)
		dentry_free(sb->s_root);
	inodes_evict(sb);
	if (mounted && sb->s_op && sb->s_op->put_super)
		sb->s_op->put_super(sb);
	if (sb->s_bdev)
		block_device_put(sb->s_bdev);
	platform_free(sb);
}
EXPORT_SYMBOL(kill_anon_super);

void kill_block_super(struct super_block *sb)
{
	kill_anon_super(sb);
}
EXPORT_SYMBOL(kill_block_super);
