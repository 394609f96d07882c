// A file or folder of a filesystem, mounted for this one use: "filesystem" TYPE SOURCE ls|cat|stat PATH. The
// source is the image that came along, else a block device's node. Or mounted as long as it is open, for others
// that know the name: "filesystem" TYPE SOURCE mount NAME [OPTIONS] (mount-loaded: which asks for no module), and
// "mounted" NAME ls|cat|stat PATH.
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "mounts.h"
#include "subsystems.h"
#include "ukernel/core/native/api/fs/uio.h"
#include "vfs.h"

#define LONGEST_LIST (16u << 20)

struct use {
	struct mount *mount;
	bool names_it;			/* as long as it is open the mount has a name */
	struct dentry *at;		/* what the path leads to */
	struct file file;		/* the filesystem's own */
	bool opened;
	bool reads;			/* that file is what is read */
	struct growing_text answer;	/* of ls and stat */
};

static struct dentry *step(struct dentry *from, const char *name, size_t length)
{
	struct inode *folder = from->d_inode;
	struct dentry *dentry, *other;

	if (!S_ISDIR(folder->i_mode) || !folder->i_op || !folder->i_op->lookup)
		return ERR_PTR(-ENOTDIR);
	if (length > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	dentry = dentry_new(from->d_sb, from, name, length);
	if (!dentry)
		return ERR_PTR(-ENOMEM);
	other = folder->i_op->lookup(folder, dentry, 0);
	if (!IS_ERR(other) && dentry->d_inode)
		return dentry;
	dentry_free(dentry);
	return IS_ERR(other) ? other : ERR_PTR(-ENOENT);
}

static void leave(struct use *use)
{
	struct dentry *left = use->at;

	if (left == use->mount->sb->s_root)
		return;
	use->at = left->d_parent;
	dentry_free(left);
}

static int walk(struct use *use, const char *path)
{
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && !strncmp(path, "..", 2)) {
			leave(use);
		} else if (length && !(length == 1 && *path == '.')) {
			struct dentry *next = step(use->at, path, length);

			if (IS_ERR(next))
				return PTR_ERR(next);
			use->at = next;
		}
		path += length;
		path += *path == '/';
	}
	return 0;
}

/* The filesystem's own open file. */
static int open_it(struct use *use)
{
	struct inode *inode = use->at->d_inode;
	int error;

	if (!inode->i_fop)
		return -ENXIO;
	use->file.f_op = inode->i_fop;
	use->file.f_inode = inode;
	use->file.f_path.dentry = use->at;
	use->file.f_mode = FMODE_READ | FMODE_LSEEK | FMODE_PREAD;
	spin_lock_init(&use->file.f_lock);
	error = inode->i_fop->open ? inode->i_fop->open(inode, &use->file) : 0;
	use->opened = !error;
	return error;
}

static int cat(struct use *use)
{
	use->reads = true;
	return S_ISDIR(use->at->d_inode->i_mode) ? -EISDIR : open_it(use);
}

struct listing {
	struct dir_context context;
	struct growing_text *to;
	unsigned int count;
};

static bool list_one(struct dir_context *context, const char *name, int length, loff_t position, u64 number,
		     unsigned int type)
{
	struct listing *listing = container_of(context, struct listing, context);
	bool dots = (length == 1 || length == 2) && !strncmp(name, "..", length);

	if (length < 1 || length > NAME_MAX || listing->to->length > LONGEST_LIST)
		return false;
	listing->count++;
	if (!dots) {
		text_append(listing->to, name, length);
		text_append(listing->to, type == DT_DIR ? "/\n" : "\n", type == DT_DIR ? 2 : 1);
	}
	return true;
}

/* As getdents(2) again and again, until there is no more. */
static int list(struct use *use)
{
	struct listing listing = { .context = { .actor = list_one }, .to = &use->answer };
	unsigned int before;
	int error = S_ISDIR(use->at->d_inode->i_mode) ? open_it(use) : -ENOTDIR;

	if (!error && !use->file.f_op->iterate_shared)
		error = -ENOTDIR;
	do {
		before = listing.count;
		if (!error)
			error = use->file.f_op->iterate_shared(&use->file, &listing.context);
	} while (!error && listing.count != before && use->answer.length <= LONGEST_LIST);
	if (!error && use->answer.length > LONGEST_LIST)
		return -EFBIG;
	return error;
}

static int stat(struct use *use)
{
	const struct inode *inode = use->at->d_inode;

	text_print(&use->answer, "kind %s\n", S_ISDIR(inode->i_mode) ? "folder" : "file");
	text_print(&use->answer, "size %lld\n", inode->i_size);
	text_print(&use->answer, "mode %04o\n", inode->i_mode & 07777);
	text_print(&use->answer, "inode %lu\n", inode->i_ino);
	text_print(&use->answer, "modified @%lld\n", (long long)inode->i_mtime.tv_sec);
	return 0;
}

static int find_operation(const char *name, int (**to)(struct use *use))
{
	static const struct {
		const char *name;
		int (*run)(struct use *use);
	} operations[] = { { "ls", list }, { "cat", cat }, { "stat", stat }, { "", list } };

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (!strcmp(operations[i].name, name)) {
			*to = operations[i].run;
			return 0;
		}
	return -EINVAL;
}

static void finish(struct use *use)
{
	if (use->opened && use->file.f_op->release)
		use->file.f_op->release(use->file.f_inode, &use->file);
	if (use->mount) {
		while (use->at != use->mount->sb->s_root)
			leave(use);
		if (use->names_it)
			mount_hide(use->mount);
		mount_put(use->mount);
	}
	if (use->answer.text)
		platform_free(use->answer.text);
	platform_free(use);
}

/* What is done with what the path leads to. */
static int operate(struct use *use, struct mount *mount, const char *operation, const char *path)
{
	int (*run)(struct use *use);
	int error;

	use->mount = mount;
	use->at = mount->sb->s_root;
	error = find_operation(operation, &run);
	if (!error)
		error = walk(use, path);
	if (!error)
		error = run(use);
	return !error && use->answer.failed ? -ENOMEM : error;
}

static int open_mount(struct use *use, struct file *file, const struct use_request *request)
{
	const char *operation = use_word(request, 3), *path = use_word(request, 4), *name = "", *options = "";
	bool asks = strcmp(operation, "mount-loaded");
	struct mount *mount;

	use->names_it = !asks || !strcmp(operation, "mount");
	if (use->names_it) {
		name = use_word(request, 4);
		options = use_word(request, 5);
		operation = "stat";
		path = "/";
		if (!*name)
			return -EINVAL;
	}
	mount = mount_make(file, request, asks, name, options);
	return IS_ERR(mount) ? PTR_ERR(mount) : operate(use, mount, operation, path);
}

static int open_mounted(struct use *use, struct file *file, const struct use_request *request)
{
	struct mount *mount = mount_get(file, use_word(request, 1));

	return mount ? operate(use, mount, use_word(request, 2), use_word(request, 3)) : -ENODEV;
}

static int open_with(int (*prepare)(struct use *, struct file *, const struct use_request *), struct file *file)
{
	const struct use_request *request = use_request(file);
	struct use *use = platform_alloc(sizeof(*use), 16, 1);
	int error;

	if (!use)
		return -ENOMEM;
	file->private_data = use;
	error = prepare(use, file, request);
	if (error)
		finish(use);
	return error;
}

static ssize_t use_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct use *use = file->private_data;

	if (!use->reads)
		return simple_read_from_buffer(to, size, position, use->answer.text, use->answer.length);
	return kapi_read(&use->file, to, size, position);
}

static loff_t use_llseek(struct file *file, loff_t offset, int whence)
{
	struct use *use = file->private_data;

	if (!use->reads)
		return -ESPIPE;
	return fixed_size_llseek(file, offset, whence, use->file.f_inode->i_size);
}

static int use_release(struct inode *inode, struct file *file)
{
	finish(file->private_data);
	return 0;
}

static int use_open(struct inode *inode, struct file *file)
{
	return open_with(open_mount, file);
}

static int use_open_mounted(struct inode *inode, struct file *file)
{
	return open_with(open_mounted, file);
}

const struct file_operations filesystem_use = {
	.open = use_open,
	.read = use_read,
	.llseek = use_llseek,
	.release = use_release,
};

const struct file_operations mounted_use = {
	.open = use_open_mounted,
	.read = use_read,
	.llseek = use_llseek,
	.release = use_release,
};
