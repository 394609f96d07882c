// Things with a name and a folder in /sys: sdk/include/linux/kobject.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/stdarg.h>

#include "api.h"
#include "drivers/kobject.h"
#include "fs/tree.h"

static int put_away(void *thing)
{
	struct kobject *kobj = thing;

	kobject_del(kobj);
	if (kobj->name)
		platform_free(kobj->name);
	kobj->name = NULL;
	return 0;
}

static const struct owned_kind kobject_kind = {
	.one = "kobject", .many = "kobjects", .fate = "removed", .order = OWNED_CALLS,
	.take_away = put_away,
};

static struct kobject sys_kernel = { .name = "kernel", .references = ATOMIC_INIT(1) };
struct kobject *kernel_kobj = &sys_kernel;
EXPORT_SYMBOL(kernel_kobj);

static void __attribute__((constructor)) found(void)
{
	sys_kernel.sd = tree_fixed("/sys/kernel");
}

void kobject_init(struct kobject *kobj, const struct kobj_type *type)
{
	INIT_LIST_HEAD(&kobj->entry);
	atomic_set(&kobj->references, 1);
	kobj->ktype = type;
	kobj->sd = NULL;
	kobj->state_initialized = 1;
	kobj->state_in_sysfs = 0;
}
EXPORT_SYMBOL(kobject_init);

int kobject_set_name_vargs(struct kobject *kobj, const char *format, va_list arguments)
{
	char name[256];
	char *copy;

	vsnprintf(name, sizeof(name), format, arguments);
	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '!';	/* a name is no path */
	copy = kapi_text(name);
	if (!copy)
		return -ENOMEM;
	if (kobj->name)
		platform_free(kobj->name);
	kobj->name = copy;
	return 0;
}
EXPORT_SYMBOL(kobject_set_name_vargs);

int kobject_set_name(struct kobject *kobj, const char *format, ...)
{
	va_list arguments;
	int error;

	va_start(arguments, format);
	error = kobject_set_name_vargs(kobj, format, arguments);
	va_end(arguments);
	return error;
}
EXPORT_SYMBOL(kobject_set_name);

int kapi_kobject_add_in(struct kobject *kobj, struct entry *folder)
{
	int error;

	if (!kobj->name || !kobj->name[0])
		return -EINVAL;
	if (!folder)
		return -ENOENT;
	kobj->sd = entry_new(kobj->name, S_IFDIR | 0755);
	if (!kobj->sd)
		return -ENOMEM;
	entry_get(kobj->sd);	/* the kobject's own */
	error = entry_add(folder, kobj->sd, NULL);
	if (error) {
		if (error == -EEXIST)
			pr_err("kobject_add_internal failed for %s with -EEXIST, don't try to register things with the same name in the same directory.\n",
			       kobj->name);
		entry_put(kobj->sd);
		entry_put(kobj->sd);
		kobj->sd = NULL;
		return error;
	}
	kobj->state_in_sysfs = 1;
	return kobj->ktype ? sysfs_create_groups(kobj, kobj->ktype->default_groups) : 0;
}

static int add(struct kobject *kobj, struct kobject *parent)
{
	struct entry *folder = tree_fixed("/sys");
	int error;

	if (!parent && kobj->kset)
		parent = &kobj->kset->kobj;
	kobj->parent = kobject_get(parent);
	if (parent)
		folder = parent->sd;
	error = kapi_kobject_add_in(kobj, folder);
	if (error) {
		kobj->parent = NULL;
		kobject_put(parent);
		return error;
	}
	owned_acquire(&kobject_kind, kobj, kobj->name, kobj->ktype, 0);
	return 0;
}

int kobject_add(struct kobject *kobj, struct kobject *parent, const char *format, ...)
{
	va_list arguments;
	int error;

	va_start(arguments, format);
	error = kobject_set_name_vargs(kobj, format, arguments);
	va_end(arguments);
	return error ?: add(kobj, parent);
}
EXPORT_SYMBOL(kobject_add);

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *type, struct kobject *parent,
			 const char *format, ...)
{
	va_list arguments;
	int error;

	kobject_init(kobj, type);
	va_start(arguments, format);
	error = kobject_set_name_vargs(kobj, format, arguments);
	va_end(arguments);
	return error ?: add(kobj, parent);
}
EXPORT_SYMBOL(kobject_init_and_add);

static ssize_t show_own(struct kobject *kobj, struct attribute *attr, char *page)
{
	struct kobj_attribute *own = container_of(attr, struct kobj_attribute, attr);

	return own->show ? own->show(kobj, own, page) : -EIO;
}

static ssize_t store_own(struct kobject *kobj, struct attribute *attr, const char *text, size_t size)
{
	struct kobj_attribute *own = container_of(attr, struct kobj_attribute, attr);

	return own->store ? own->store(kobj, own, text, size) : -EIO;
}

const struct sysfs_ops kobj_sysfs_ops = { .show = show_own, .store = store_own };
EXPORT_SYMBOL(kobj_sysfs_ops);

static void free_created(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type created_type = { .release = free_created, .sysfs_ops = &kobj_sysfs_ops };

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	if (!kobj)
		return NULL;
	if (!kobject_init_and_add(kobj, &created_type, parent, "%s", name))
		return kobj;
	kobject_put(kobj);
	return NULL;
}
EXPORT_SYMBOL(kobject_create_and_add);

void kobject_del(struct kobject *kobj)
{
	struct kobject *parent;

	if (!kobj || !kobj->sd)
		return;
	owned_release(&kobject_kind, kobj);
	entry_remove(kobj->sd);
	entry_put(kobj->sd);
	kobj->sd = NULL;
	kobj->state_in_sysfs = 0;
	parent = kobj->parent;
	kobj->parent = NULL;
	kobject_put(parent);
}
EXPORT_SYMBOL(kobject_del);

struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj)
		atomic_inc(&kobj->references);
	return kobj;
}
EXPORT_SYMBOL(kobject_get);

void kobject_put(struct kobject *kobj)
{
	const char *name;

	if (!kobj || !atomic_dec_and_test(&kobj->references))
		return;
	kobject_del(kobj);
	name = kobj->name;
	if (kobj->ktype && kobj->ktype->release)
		kobj->ktype->release(kobj);
	else
		pr_warn("kobject: '%s' does not have a release() function, it is broken and must be fixed.\n",
			name ?: "(null)");
	if (name)
		platform_free(name);
}
EXPORT_SYMBOL(kobject_put);

static void free_kset(struct kobject *kobj)
{
	kfree(container_of(kobj, struct kset, kobj));
}

static const struct kobj_type kset_type = { .release = free_kset, .sysfs_ops = &kobj_sysfs_ops };

struct kset *kset_create_and_add(const char *name, const void *uevent_ops, struct kobject *parent)
{
	struct kset *kset = kzalloc(sizeof(*kset), GFP_KERNEL);

	if (!kset)
		return NULL;
	INIT_LIST_HEAD(&kset->list);
	if (!kobject_init_and_add(&kset->kobj, &kset_type, parent, "%s", name))
		return kset;
	kobject_put(&kset->kobj);
	return NULL;
}
EXPORT_SYMBOL(kset_create_and_add);

void kset_unregister(struct kset *kset)
{
	if (!kset)
		return;
	kobject_del(&kset->kobj);
	kobject_put(&kset->kobj);
}
EXPORT_SYMBOL(kset_unregister);
