// Which block devices there are: disks of modules, and images that programs brought along.
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "blocks.h"
#include "subsystems.h"
#include "ukernel/core/native/api/fs/tree.h"
#include "ukernel/core/native/api/kernel/request.h"

#define MAJOR_LIMIT 512

static DEFINE_MUTEX(devices_lock);
static LIST_HEAD(devices);	/* of struct block_device */

static struct {
	char name[DISK_NAME_LEN];
	bool taken;
} majors[MAJOR_LIMIT];		/* under devices_lock */

static int take_major_away(void *major);
static int take_disk_away(void *disk);

static const struct owned_kind major_kind = {
	.one = "major number of block devices", .many = "major numbers of block devices", .fate = "unregistered",
	.order = OWNED_CALLS, .take_away = take_major_away,
};

static const struct owned_kind disk_kind = {
	.one = "disk", .many = "disks", .fate = "deleted", .order = OWNED_CALLS, .take_away = take_disk_away,
};

/* From 254 down, as block/genhd.c gives them out. */
static int free_major(void)
{
	for (int major = 254; major > 0; major--)
		if (!majors[major].taken)
			return major;
	return -EBUSY;
}

int register_blkdev(unsigned int major, const char *name)
{
	char copy[DISK_NAME_LEN];
	int given = major;

	if (major >= MAJOR_LIMIT) {
		pr_err("register_blkdev: major requested (%u) is greater than the maximum (%u) for %s\n", major,
		       MAJOR_LIMIT - 1, name);
		return -EINVAL;
	}
	strscpy(copy, name, sizeof(copy));
	mutex_lock(&devices_lock);
	if (!major)
		given = free_major();
	else if (majors[major].taken)
		given = -EBUSY;
	if (given >= 0) {
		majors[given].taken = true;
		memcpy(majors[given].name, copy, sizeof(copy));
	}
	mutex_unlock(&devices_lock);
	if (given < 0)
		return given;
	owned_acquire(&major_kind, &majors[given], copy, NULL, 0);
	return major ? 0 : given;
}
EXPORT_SYMBOL(register_blkdev);

void unregister_blkdev(unsigned int major, const char *name)
{
	bool good = major < MAJOR_LIMIT;

	if (good) {
		mutex_lock(&devices_lock);
		good = majors[major].taken && !strncmp(majors[major].name, name, DISK_NAME_LEN - 1);
		if (good)
			majors[major].taken = false;
		mutex_unlock(&devices_lock);
	}
	if (WARN(!good, "unregister_blkdev: %u is not registered for %s\n", major, name))
		return;
	owned_release(&major_kind, &majors[major]);
}
EXPORT_SYMBOL(unregister_blkdev);

static int take_major_away(void *thing)
{
	typeof(&majors[0]) major = thing;

	unregister_blkdev(major - majors, major->name);
	return 0;
}

static struct block_device *find_name(const char *name)
{
	struct block_device *device;

	list_for_each_entry(device, &devices, bd_list)
		if (!strcmp(device->bd_name, name))
			return device;
	return NULL;
}

static struct block_device *find_number(dev_t number)
{
	struct block_device *device;

	list_for_each_entry(device, &devices, bd_list)
		if (device->bd_disk && device->bd_dev == number)
			return device;
	return NULL;
}

/* With a reference, if its module is not on its way out. Under devices_lock. */
static struct block_device *get(struct block_device *device)
{
	if (!device || (device->bd_disk && !kapi_module_get(device->bd_disk->fops->owner)))
		return NULL;
	device->bd_count++;
	return device;
}

static struct block_device *get_number(dev_t number)
{
	struct block_device *device;

	mutex_lock(&devices_lock);
	device = get(find_number(number));
	mutex_unlock(&devices_lock);
	return device;
}

struct block_device *block_device_numbered(dev_t number)
{
	struct block_device *device = get_number(number);
	char cause[48];

	if (device)
		return device;
	snprintf(cause, sizeof(cause), "open of block device %u:%u", MAJOR(number), MINOR(number));
	/* Only modprobe's own failure leads to the second name: blk_request_module(), block/genhd.c. */
	if (kapi_request(cause, "block-major-%u-%u", MAJOR(number), MINOR(number)) > 0)
		kapi_request(cause, "block-major-%u", MAJOR(number));
	return get_number(number) ?: ERR_PTR(-ENXIO);
}

struct block_device *block_device_open(const char *node)
{
	struct block_device *device;
	unsigned int major, minor;

	if (sscanf(node, "/dev/block/%u:%u", &major, &minor) == 2)
		return block_device_numbered(MKDEV(major, minor));
	if (strncmp(node, "/dev/", 5))
		return ERR_PTR(-ENOTBLK);
	mutex_lock(&devices_lock);
	device = get(find_name(node + 5));
	mutex_unlock(&devices_lock);
	return device ?: ERR_PTR(-ENOENT);
}

static void drop(struct block_device *device)
{
	bool last;

	mutex_lock(&devices_lock);
	last = !--device->bd_count;
	if (last)
		list_del(&device->bd_list);
	mutex_unlock(&devices_lock);
	if (!last)
		return;
	buffers_drop(device);
	if (device->bd_disk) {
		platform_free(device->bd_disk->queue);
		platform_free(device->bd_disk);
	}
	platform_free(device);
}

void block_device_put(struct block_device *device)
{
	struct module *owner = device->bd_disk ? device->bd_disk->fops->owner : NULL;

	drop(device);
	kapi_module_put(owner);
}

static struct block_device *new_device(void)
{
	struct block_device *device = platform_alloc(sizeof(*device), 16, 1);

	if (device) {
		device->bd_count = 1;
		INIT_LIST_HEAD(&device->bd_buffers);
		INIT_LIST_HEAD(&device->bd_list);
	}
	return device;
}

struct block_device *block_device_of_image(int image)
{
	long long size = platform_file_size(image);
	struct block_device *device;

	if (size < 0)
		return ERR_PTR(size);
	device = new_device();
	if (!device)
		return ERR_PTR(-ENOMEM);
	device->bd_image = image;
	device->bd_nr_sectors = size >> SECTOR_SHIFT;
	mutex_lock(&devices_lock);
	for (int number = 0; ; number++) {
		snprintf(device->bd_name, sizeof(device->bd_name), "loop%d", number);
		if (!find_name(device->bd_name))
			break;
	}
	list_add_tail(&device->bd_list, &devices);
	mutex_unlock(&devices_lock);
	return device;
}

struct gendisk *blk_alloc_disk(int node)
{
	struct gendisk *disk = platform_alloc(sizeof(*disk), 16, 1);
	struct block_device *device = new_device();
	struct request_queue *queue = platform_alloc(sizeof(*queue), 16, 1);

	if (!disk || !device || !queue) {
		if (disk)
			platform_free(disk);
		if (device)
			platform_free(device);
		if (queue)
			platform_free(queue);
		return NULL;
	}
	queue->logical_block_size = SECTOR_SIZE;
	disk->queue = queue;
	disk->part0 = device;
	device->bd_disk = disk;
	owned_acquire(&disk_kind, disk, NULL, NULL, 0);
	return disk;
}
EXPORT_SYMBOL(blk_alloc_disk);

static int add_node(struct gendisk *disk)
{
	struct entry *entry = entry_new(disk->disk_name, S_IFBLK | 0660);
	int error;

	if (!entry)
		return -ENOMEM;
	entry->device = disk->part0->bd_dev;
	error = entry_add(&tree_dev, entry, NULL);
	if (error)
		entry_put(entry);
	return error == -EEXIST ? -EBUSY : error;
}

static void remove_node(const struct gendisk *disk)
{
	struct entry *entry = entry_in(&tree_dev, disk->disk_name);

	if (entry)
		entry_remove(entry);
	entry_put(entry);
}

int add_disk(struct gendisk *disk)
{
	struct block_device *device = disk->part0;
	int error;

	disk->disk_name[DISK_NAME_LEN - 1] = 0;
	if (!disk->disk_name[0] || strchr(disk->disk_name, '/') || !disk->fops || !disk->fops->submit_bio || disk->live)
		return -EINVAL;
	device->bd_dev = MKDEV(disk->major, disk->first_minor);
	error = add_node(disk);
	if (error)
		return error;
	mutex_lock(&devices_lock);
	if (find_name(disk->disk_name) || find_number(device->bd_dev)) {
		error = -EBUSY;
	} else {
		memcpy(device->bd_name, disk->disk_name, sizeof(device->bd_name));
		list_add_tail(&device->bd_list, &devices);
		__atomic_store_n(&disk->live, true, __ATOMIC_RELEASE);
	}
	mutex_unlock(&devices_lock);
	if (error)
		remove_node(disk);
	return error;
}
EXPORT_SYMBOL(add_disk);

void del_gendisk(struct gendisk *disk)
{
	bool live;

	mutex_lock(&devices_lock);
	live = disk->live;
	__atomic_store_n(&disk->live, false, __ATOMIC_RELEASE);
	list_del_init(&disk->part0->bd_list);
	mutex_unlock(&devices_lock);
	if (live)
		remove_node(disk);
}
EXPORT_SYMBOL(del_gendisk);

void put_disk(struct gendisk *disk)
{
	if (!disk)
		return;
	owned_release(&disk_kind, disk);
	drop(disk->part0);	/* no reference on its module */
}
EXPORT_SYMBOL(put_disk);

static int take_disk_away(void *thing)
{
	struct gendisk *disk = thing;

	del_gendisk(disk);
	put_disk(disk);
	return 0;
}

void set_capacity(struct gendisk *disk, sector_t sectors)
{
	disk->part0->bd_nr_sectors = sectors;
}
EXPORT_SYMBOL(set_capacity);

void blk_queue_logical_block_size(struct request_queue *queue, unsigned int size)
{
	if (!WARN_ON(size < SECTOR_SIZE || size > PAGE_SIZE || size & (size - 1)))
		queue->logical_block_size = size;
}
EXPORT_SYMBOL(blk_queue_logical_block_size);
