// SPDX-License-Identifier: MIT
/*
 * MS-DOS filesystems (FAT12 and FAT16) to be read, with names of the form 8.3. An image is others' work: each number in it is
 * checked before it is used. Source: Microsoft's FAT specification 1.03 ("FAT: General Overview of On-Disk Format").
 */
#include <linux/buffer_head.h>
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#define ROOT_INODE 1
#define FIRST_CLUSTER 2u
#define ENTRY_SIZE 32u
#define MOST_ENTRIES 65536u	/* of one folder */

enum { READ_ONLY = 0x01, LABEL = 0x08, FOLDER = 0x10 };	/* LABEL also of the parts of long names */

/* The layout of a mounted image; blocks are its sectors. */
struct layout {
	unsigned int fat;		/* the first block of the table */
	unsigned int fat_blocks;
	unsigned int root;		/* of the root folder */
	unsigned int root_entries;
	unsigned int data;		/* of cluster number 2 */
	unsigned int cluster_blocks;
	unsigned int clusters;		/* how many there are */
	bool fat12;			/* entries have 12 bits, not 16 */
};

/* Where a reader is: sequential reads go on from there. */
struct cursor {
	struct mutex lock;
	unsigned int index, cluster;	/* cluster number `index` of the file; 0: none yet */
};

static unsigned int u16_at(const void *bytes, unsigned int offset)
{
	const u8 *at = (const u8 *)bytes + offset;

	return at[0] | at[1] << 8;
}

static u32 u32_at(const void *bytes, unsigned int offset)
{
	return u16_at(bytes, offset) | u16_at(bytes, offset + 2) << 16;
}

static struct layout *layout_of(struct super_block *sb)
{
	return sb->s_fs_info;
}

/* One byte of the table; -EIO. */
static int fat_byte(struct super_block *sb, unsigned int offset)
{
	const struct layout *layout = layout_of(sb);
	unsigned int block = offset >> sb->s_blocksize_bits;
	struct buffer_head *buffer;
	int byte;

	if (block >= layout->fat_blocks)
		return -EIO;
	buffer = sb_bread(sb, layout->fat + block);
	if (!buffer)
		return -EIO;
	byte = (u8)buffer->b_data[offset & (sb->s_blocksize - 1)];
	brelse(buffer);
	return byte;
}

static bool is_cluster(const struct layout *layout, unsigned int cluster)
{
	return cluster >= FIRST_CLUSTER && cluster - FIRST_CLUSTER < layout->clusters;
}

/* The cluster behind `cluster`; -EIO where the file ends, or the table is damaged. */
static int next_cluster(struct super_block *sb, unsigned int cluster)
{
	const struct layout *layout = layout_of(sb);
	unsigned int offset = layout->fat12 ? cluster + cluster / 2 : cluster * 2, next;
	int low = fat_byte(sb, offset), high = fat_byte(sb, offset + 1);

	if (low < 0 || high < 0)
		return -EIO;
	next = low | high << 8;
	if (layout->fat12)
		next = cluster & 1 ? next >> 4 : next & 0xfff;
	return is_cluster(layout, next) ? (int)next : -EIO;
}

/* Cluster number `index` of a file that begins at `start`. */
static int find_cluster(struct super_block *sb, unsigned int start, unsigned int index, struct cursor *cursor)
{
	unsigned int at = 0;
	int cluster = start;

	if (!is_cluster(layout_of(sb), start) || index >= layout_of(sb)->clusters)
		return -EIO;
	if (cursor->cluster && cursor->index <= index) {
		at = cursor->index;
		cluster = cursor->cluster;
	}
	for (; at < index && cluster >= 0; at++)
		cluster = next_cluster(sb, cluster);
	if (cluster >= 0) {
		cursor->index = index;
		cursor->cluster = cluster;
	}
	return cluster;
}

/* The block number `index` of a file or folder; NULL where it has none. */
static struct buffer_head *read_block(struct inode *inode, unsigned int index, struct cursor *cursor)
{
	struct super_block *sb = inode->i_sb;
	const struct layout *layout = layout_of(sb);
	int cluster;

	if (inode->i_ino == ROOT_INODE)
		return sb_bread(sb, layout->root + index);
	cluster = find_cluster(sb, (unsigned long)inode->i_private, index / layout->cluster_blocks, cursor);
	if (cluster < 0)
		return NULL;
	return sb_bread(sb, layout->data + (sector_t)(cluster - FIRST_CLUSTER) * layout->cluster_blocks +
				    index % layout->cluster_blocks);
}

static ssize_t msdos_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct inode *inode = file_inode(file);
	struct cursor *cursor = file->private_data;
	unsigned long block_size = inode->i_sb->s_blocksize;
	ssize_t done = 0;

	if (*position >= inode->i_size)
		return 0;
	size = min_t(u64, size, inode->i_size - *position);
	mutex_lock(&cursor->lock);
	while (done < size) {
		u64 at = *position + done;
		unsigned int offset = at & (block_size - 1);
		size_t part = min_t(size_t, size - done, block_size - offset);
		struct buffer_head *buffer = read_block(inode, at / block_size, cursor);
		bool bad = !buffer || copy_to_user(to + done, buffer->b_data + offset, part);

		brelse(buffer);
		if (bad) {
			done = done ?: buffer ? -EFAULT : -EIO;
			break;
		}
		done += part;
	}
	mutex_unlock(&cursor->lock);
	if (done > 0)
		*position += done;
	return done;
}

static int msdos_open(struct inode *inode, struct file *file)
{
	struct cursor *cursor = kzalloc(sizeof(*cursor), GFP_KERNEL);

	if (!cursor)
		return -ENOMEM;
	mutex_init(&cursor->lock);
	file->private_data = cursor;
	return 0;
}

static int msdos_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct file_operations file_operations = {
	.owner = THIS_MODULE,
	.open = msdos_open,
	.read = msdos_read,
	.llseek = generic_file_llseek,
	.release = msdos_release,
};

/* "README  TXT" as "readme.txt"; its length, 0 for what no program could ask for. */
static int plain_name(const u8 *entry, char name[13])
{
	int length = 0;

	for (int i = 0; i < 11; i++) {
		u8 letter = i == 0 && entry[0] == 0x05 ? 0xe5 : entry[i];	/* 0xe5 itself means: deleted */

		if (letter == ' ')
			continue;
		if (letter < ' ' || letter == '/' || letter == 0x7f)
			return 0;
		if (i >= 8 && !memchr(name, '.', length))
			name[length++] = '.';
		name[length++] = letter < 0x80 ? tolower(letter) : letter;
	}
	name[length] = 0;
	return name[0] == '.' ? 0 : length;
}

/* An entry of a folder. */
struct found {
	u8 entry[ENTRY_SIZE];
	char name[13];
	int length;
	unsigned long inode;
};

/* The entry at *index or behind it, which it moves there. 1; 0: there are no more; -EIO. */
static int find_entry(struct inode *folder, unsigned int *index, struct found *found)
{
	struct super_block *sb = folder->i_sb;
	unsigned int in_block = sb->s_blocksize / ENTRY_SIZE;
	unsigned int most = folder->i_ino == ROOT_INODE ? layout_of(sb)->root_entries : MOST_ENTRIES;
	struct cursor cursor = {};

	for (; *index < most; ++*index) {
		struct buffer_head *buffer = read_block(folder, *index / in_block, &cursor);
		unsigned int offset = *index % in_block * ENTRY_SIZE;

		if (!buffer)
			return *index ? 0 : -EIO;	/* a folder may end with its last cluster */
		memcpy(found->entry, buffer->b_data + offset, ENTRY_SIZE);
		found->inode = ROOT_INODE + 1 + (buffer->b_blocknr << sb->s_blocksize_bits) / ENTRY_SIZE +
			       offset / ENTRY_SIZE;
		brelse(buffer);
		if (!found->entry[0])
			return 0;
		found->length = plain_name(found->entry, found->name);
		if (found->entry[0] != 0xe5 && !(found->entry[11] & LABEL) && found->length)
			return 1;
	}
	return 0;
}

static int msdos_iterate(struct file *file, struct dir_context *context)
{
	struct found found;
	unsigned int index;
	int more;

	if (!dir_emit_dots(file, context))
		return 0;
	index = context->pos - 2;
	while ((more = find_entry(file_inode(file), &index, &found)) > 0) {
		if (!dir_emit(context, found.name, found.length, found.inode,
			      found.entry[11] & FOLDER ? DT_DIR : DT_REG))
			break;
		context->pos = ++index + 2;
	}
	return min(more, 0);
}

static const struct file_operations folder_operations = {
	.owner = THIS_MODULE,
	.read = generic_read_dir,
	.iterate_shared = msdos_iterate,
	.llseek = generic_file_llseek,
};

static const struct inode_operations folder_inode;

/* MS-DOS keeps local time; it is taken for UTC. */
static time64_t moment(unsigned int date, unsigned int time)
{
	return mktime64(1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2);
}

static struct inode *inode_of(struct super_block *sb, const struct found *found)
{
	struct inode *inode = iget_locked(sb, found->inode);
	const u8 *entry = found->entry;

	if (!inode || !(inode->i_state & I_NEW))
		return inode ?: ERR_PTR(-ENOMEM);
	inode->i_private = (void *)(unsigned long)u16_at(entry, 26);
	inode->i_mtime.tv_sec = moment(u16_at(entry, 24), u16_at(entry, 22));
	if (entry[11] & FOLDER) {
		inode->i_mode = S_IFDIR | 0555;
		inode->i_op = &folder_inode;
		inode->i_fop = &folder_operations;
	} else {
		inode->i_mode = S_IFREG | 0444;
		inode->i_size = u32_at(entry, 28);
		inode->i_fop = &file_operations;
	}
	unlock_new_inode(inode);
	return inode;
}

static bool same_name(const struct found *found, const struct qstr *name)
{
	return found->length == name->len && !strncasecmp(found->name, (const char *)name->name, name->len);
}

static struct dentry *msdos_lookup(struct inode *folder, struct dentry *dentry, unsigned int flags)
{
	struct inode *inode = NULL;
	struct found found;
	unsigned int index = 0;
	int more;

	while ((more = find_entry(folder, &index, &found)) > 0 && !same_name(&found, &dentry->d_name))
		index++;
	if (more < 0)
		return ERR_PTR(more);
	if (more)
		inode = inode_of(folder->i_sb, &found);
	return d_splice_alias(inode, dentry);
}

static const struct inode_operations folder_inode = {
	.lookup = msdos_lookup,
};

/* What the first sector says; -EINVAL if it is none of this filesystem. */
static int read_layout(const u8 *boot, struct layout *layout)
{
	unsigned int sector_size = u16_at(boot, 11), reserved = u16_at(boot, 14), fats = boot[16];
	u32 total = u16_at(boot, 19) ?: u32_at(boot, 32), root_blocks, system;

	layout->cluster_blocks = boot[13];
	layout->fat_blocks = u16_at(boot, 22);	/* 0: FAT32 */
	layout->root_entries = u16_at(boot, 17);
	if (u16_at(boot, 510) != 0xaa55 || sector_size < 512 || sector_size > 4096 || sector_size & (sector_size - 1) ||
	    !layout->cluster_blocks || layout->cluster_blocks & (layout->cluster_blocks - 1) || !reserved || !fats ||
	    !layout->fat_blocks || !layout->root_entries)
		return -EINVAL;
	root_blocks = DIV_ROUND_UP(layout->root_entries * ENTRY_SIZE, sector_size);
	system = reserved + fats * layout->fat_blocks + root_blocks;
	if (system >= total)
		return -EINVAL;
	layout->fat = reserved;
	layout->root = reserved + fats * layout->fat_blocks;
	layout->data = system;
	layout->clusters = (total - system) / layout->cluster_blocks;
	layout->fat12 = layout->clusters < 4085;
	return layout->clusters < 65525 ? (int)sector_size : -EINVAL;
}

static struct inode *root_inode(struct super_block *sb)
{
	struct inode *inode = iget_locked(sb, ROOT_INODE);

	if (!inode)
		return NULL;
	inode->i_mode = S_IFDIR | 0555;
	inode->i_op = &folder_inode;
	inode->i_fop = &folder_operations;
	unlock_new_inode(inode);
	return inode;
}

static int msdos_fill(struct super_block *sb, void *data, int silent)
{
	struct layout *layout;
	struct buffer_head *boot;
	int sector_size;

	if (!sb_min_blocksize(sb, 512))
		return -EINVAL;
	boot = sb_bread(sb, 0);
	if (!boot)
		return -EIO;
	layout = sb->s_fs_info = kzalloc(sizeof(*layout), GFP_KERNEL);
	sector_size = layout ? read_layout((u8 *)boot->b_data, layout) : -ENOMEM;
	brelse(boot);
	if (sector_size == -EINVAL && !silent)
		pr_err("%s: no MS-DOS filesystem (FAT12 or FAT16)\n", sb->s_id);
	if (sector_size < 0)
		return sector_size;
	if (!sb_set_blocksize(sb, sector_size))
		return -EINVAL;
	sb->s_root = d_make_root(root_inode(sb));
	return sb->s_root ? 0 : -ENOMEM;
}

static struct dentry *msdos_mount(struct file_system_type *type, int flags, const char *source, void *data)
{
	return mount_bdev(type, flags, source, data, msdos_fill);
}

static void msdos_kill(struct super_block *sb)
{
	struct layout *layout = layout_of(sb);

	kill_block_super(sb);
	kfree(layout);
}

static struct file_system_type msdos_type = {
	.owner = THIS_MODULE,
	.name = "msdos",
	.mount = msdos_mount,
	.kill_sb = msdos_kill,
	.fs_flags = FS_REQUIRES_DEV,
};

static int __init msdos_init(void)
{
	return register_filesystem(&msdos_type);
}

static void __exit msdos_exit(void)
{
	unregister_filesystem(&msdos_type);
}

module_init(msdos_init);
module_exit(msdos_exit);

MODULE_ALIAS_FS("msdos");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("MS-DOS filesystems, to be read");
