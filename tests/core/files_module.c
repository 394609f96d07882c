/* What a module with files in /proc, /sys and debugfs does, for files_test.cc. */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "files_module.h"

struct module __this_module = { .name = "files_test" };

int test_records = 3;
int test_releases;
int test_number = 7;
unsigned test_hex = 0x2a;
char test_stored[64];

static void *start(struct seq_file *m, loff_t *position)
{
	return *position < test_records ? position : NULL;
}

static void *next(struct seq_file *m, void *v, loff_t *position)
{
	++*position;
	return start(m, position);
}

static void stop(struct seq_file *m, void *v)
{
}

static int show(struct seq_file *m, void *v)
{
	loff_t at = *(loff_t *)v;

	if (at == 1)
		return SEQ_SKIP;
	seq_printf(m, "record %lld\n", at);
	return 0;
}

static const struct seq_operations records_ops = { start, stop, next, show };

static int single_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s", (const char *)m->private);
	return 0;
}

static int open(struct inode *inode, struct file *file)
{
	return single_open(file, single_show, pde_data(inode));
}

static int release(struct inode *inode, struct file *file)
{
	test_releases++;
	return single_release(inode, file);
}

static ssize_t store_text(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	return simple_write_to_buffer(test_stored, sizeof(test_stored) - 1, position, from, size);
}

static const struct proc_ops single_ops = {
	.proc_open = open, .proc_read = seq_read, .proc_lseek = seq_lseek, .proc_release = release,
	.proc_write = store_text,
};

static ssize_t number_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	return sysfs_emit(page, "%d\n", test_number);
}

static ssize_t number_store(struct kobject *kobj, struct kobj_attribute *attr, const char *text, size_t size)
{
	return kstrtoint(text, 0, &test_number) ?: size;
}

static struct kobj_attribute number = __ATTR_RW(number);
static struct attribute *grouped_attrs[] = { &number.attr, NULL };
static const struct attribute_group grouped = { .name = "group", .attrs = grouped_attrs };

static const struct file_operations misc_fops = { .owner = THIS_MODULE };
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "probe-misc", .fops = &misc_fops };

static struct proc_dir_entry *folder;
static struct kobject *kobj;
static struct dentry *debug;
static struct class *class;

/* Bytes that are their positions, and may be taken as text. */
static ssize_t bytes_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr, char *to,
			  loff_t position, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		to[i] = 'a' + (position + i) % 26;
	return size;
}

static ssize_t bytes_write(struct file *file, struct kobject *kobj, struct bin_attribute *attr, char *from,
			   loff_t position, size_t size)
{
	memcpy(test_stored + position, from, size);
	return size;
}

static BIN_ATTR_RW(bytes, 20);

int test_files_add(void)
{
	folder = proc_mkdir("probe", NULL);
	proc_create_seq("records", 0, folder, &records_ops);
	proc_create_data("single", 0644, folder, &single_ops, "one text\n");
	proc_symlink("link", folder, "single");
	kobj = kobject_create_and_add("probe", kernel_kobj);
	if (!kobj || sysfs_create_file(kobj, &number.attr) || sysfs_create_group(kobj, &grouped))
		return -ENOMEM;
	debug = debugfs_create_dir("probe", NULL);
	debugfs_create_x32("hex", 0600, debug, &test_hex);
	class = class_create(THIS_MODULE, "probe-class");
	if (IS_ERR(class))
		return PTR_ERR(class);
	if (IS_ERR(device_create(class, NULL, MKDEV(99, 3), NULL, "probe%d", 3)))
		return -ENOMEM;
	if (IS_ERR(device_create(class, NULL, MKDEV(99, 4), NULL, "probe!deep/one")))
		return -ENOMEM;
	if (sysfs_create_bin_file(kobj, &bin_attr_bytes))
		return -ENOMEM;
	return misc_register(&misc);
}

void test_files_remove(void)
{
	misc_deregister(&misc);
	device_destroy(class, MKDEV(99, 4));
	device_destroy(class, MKDEV(99, 3));
	class_destroy(class);
	debugfs_remove(debug);
	kobject_put(kobj);
	proc_remove(folder);
}
