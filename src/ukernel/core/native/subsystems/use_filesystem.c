// A file or folder of a filesystem, mounted for this one use: "filesystem" TYPE SOURCE ls|cat|stat PATH. The
// source is the image that came along, else a block device's node.
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "blocks.h"
#include "subsystems.h"
#include "ukernel/core/native/api/uio.h"
#include "vfs.h"

#define LONGEST_LIST (16u << 20)

struct use {
	struct block_device *image;
	struct super_block *sb;
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

	if (left == use->sb->s_root)
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

static int mount(struct use *use, struct file *file, const struct use_request *request)
{
	struct file_system_type *type = get_fs_type(use_word(request, 1));
	const char *source = use_word(request, 2);
	char node[48];
	struct dentry *root;

	if (!type)
		return -ENODEV;
	if (!file_serve(file, type->owner, type->mount)) {
		put_filesystem(type);
		return -ENODEV;
	}
	put_filesystem(type);
	if (request->image >= 0) {
		struct block_device *image = block_device_of_image(request->image);

		if (IS_ERR(image))
			return PTR_ERR(image);
		use->image = image;
		snprintf(node, sizeof(node), "/dev/%s", image->bd_name);
		source = node;
	}
	root = type->mount(type, SB_RDONLY, source, NULL);
	if (IS_ERR(root))
		return PTR_ERR(root);
	use->sb = root->d_sb;
	use->at = root;
	return 0;
}

static void finish(struct use *use)
{
	if (use->opened && use->file.f_op->release)
		use->file.f_op->release(use->file.f_inode, &use->file);
	if (use->sb) {
		while (use->at != use->sb->s_root)
			leave(use);
		use->sb->s_type->kill_sb(use->sb);
	}
	if (use->image)
		block_device_put(use->image);
	if (use->answer.text)
		platform_free(use->answer.text);
	platform_free(use);
}

static int use_open(struct inode *inode, struct file *file)
{
	const struct use_request *request = use_request(file);
	struct use *use = platform_alloc(sizeof(*use), 16, 1);
	int (*operation)(struct use *use);
	int error;

	if (!use)
		return -ENOMEM;
	file->private_data = use;
	error = find_operation(use_word(request, 3), &operation);
	if (!error)
		error = mount(use, file, request);
	if (!error)
		error = walk(use, use_word(request, 4));
	if (!error)
		error = operation(use);
	if (!error && use->answer.failed)
		error = -ENOMEM;
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

const struct file_operations filesystem_use = {
	.open = use_open,
	.read = use_read,
	.llseek = use_llseek,
	.release = use_release,
};
