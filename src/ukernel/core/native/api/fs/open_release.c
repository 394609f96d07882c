// The end of an open file: as its program closes it, or as what stands behind it goes first.
#include <linux/kernel.h>

#include "fs/open_file.h"
#include "fs/poll.h"
#include "mm/mmap.h"

LIST_HEAD(open_files);

/* The module's part of the end of a file; its result is that of flush. */
static long finish(struct open_file *opened)
{
	const struct file_operations *fops = opened->file.f_op;
	long result;

	waiters_drop(&opened->waiters);
	while (!list_empty(&opened->mappings))
		mapping_drop(opened->mappings.next);
	result = fops->flush ? fops->flush(&opened->file, NULL) : 0;
	if ((opened->file.f_flags & FASYNC) && fops->fasync)
		fops->fasync(-1, &opened->file, 0);
	if (fops->release)
		fops->release(&opened->inode, &opened->file);
	return result;
}

static bool release_once(struct open_file *opened)
{
	if (!opened->opened || opened->released)
		return false;
	opened->released = true;
	return true;
}

long file_release(struct open_file *opened)
{
	bool due;

	mutex_lock(&tree_lock);
	due = release_once(opened);
	mutex_unlock(&tree_lock);
	return due ? finish(opened) : 0;
}

void file_drop(struct open_file *opened)
{
	mutex_lock(&tree_lock);
	list_del(&opened->list);
	list_del(&opened->siblings);
	mutex_unlock(&tree_lock);
	owned_release(&open_file_kind, opened);
	entry_put(opened->entry);
	kapi_module_put(opened->owner);
	platform_free(opened);
}

void open_files_gone(struct entry *entry)
{
	struct open_file *opened;

again:
	list_for_each_entry(opened, &entry->files, siblings) {
		opened->gone = entry->gone_error;
		if (!entry->released_early || !release_once(opened))
			continue;
		mutex_unlock(&tree_lock);
		finish(opened);
		mutex_lock(&tree_lock);
		goto again;
	}
}

/* Files whose operations lie in memory that is about to go, and that nothing held: a module whose
 * file_operations have no owner. */
void files_forget(const void *begin, size_t size)
{
	struct open_file *opened;

	mutex_lock(&tree_lock);
	list_for_each_entry(opened, &open_files, list) {
		if ((size_t)((const char *)opened->file.f_op - (const char *)begin) >= size)
			continue;
		opened->gone = -ENODEV;
		opened->released = true;
		opened->owner = NULL;
	}
	mutex_unlock(&tree_lock);
}

/* A device's file that is open when its module has gone, for the same reason. */
static int take_file_away(void *file)
{
	struct open_file *opened = file;
	bool due, runs;

	mutex_lock(&tree_lock);
	opened->gone = -ENODEV;
	runs = opened->calls;
	due = !runs && release_once(opened);
	mutex_unlock(&tree_lock);
	if (due)
		finish(opened);
	return runs ? -1 : 0;
}

const struct owned_kind open_file_kind = {
	.one = "open file", .many = "open files", .fate = "released", .order = OWNED_CALLS,
	.take_away = take_file_away,
};
