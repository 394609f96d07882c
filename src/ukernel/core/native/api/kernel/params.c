// The kinds of parameters: sdk/include/linux/moduleparam.h.
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/page.h>

#include "api.h"

#define CHARP_LIMIT 1024

#define KIND(name)						\
const struct kernel_param_ops param_ops_##name = {		\
	.set = param_set_##name,				\
	.get = param_get_##name,				\
};								\
EXPORT_SYMBOL(param_set_##name);				\
EXPORT_SYMBOL(param_get_##name);				\
EXPORT_SYMBOL(param_ops_##name)

#define NUMBER(name, type, parse, format)					\
int param_set_##name(const char *value, const struct kernel_param *kp)		\
{										\
	return value ? parse(value, 0, (type *)kp->arg) : -EINVAL;		\
}										\
int param_get_##name(char *buffer, const struct kernel_param *kp)		\
{										\
	return scnprintf(buffer, PAGE_SIZE, format "\n", *(type *)kp->arg);	\
}										\
KIND(name)

NUMBER(byte, u8, kstrtou8, "%hhu");
NUMBER(short, s16, kstrtos16, "%hi");
NUMBER(ushort, u16, kstrtou16, "%hu");
NUMBER(int, int, kstrtoint, "%i");
NUMBER(uint, unsigned int, kstrtouint, "%u");
NUMBER(long, long, kstrtol, "%li");
NUMBER(ulong, unsigned long, kstrtoul, "%lu");
NUMBER(ullong, unsigned long long, kstrtoull, "%llu");
NUMBER(hexint, unsigned int, kstrtouint, "%#08x");

int param_set_uint_minmax(const char *value, const struct kernel_param *kp, unsigned int low,
			  unsigned int high)
{
	unsigned int number;
	int error = value ? kstrtouint(value, 0, &number) : -EINVAL;

	if (error)
		return error;
	if (number < low || number > high)
		return -EINVAL;
	*(unsigned int *)kp->arg = number;
	return 0;
}
EXPORT_SYMBOL_GPL(param_set_uint_minmax);

int param_set_bool(const char *value, const struct kernel_param *kp)
{
	return kstrtobool(value ? value : "1", kp->arg);
}

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}

const struct kernel_param_ops param_ops_bool = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool,
	.get = param_get_bool,
};
EXPORT_SYMBOL(param_set_bool);
EXPORT_SYMBOL(param_get_bool);
EXPORT_SYMBOL(param_ops_bool);

int param_set_invbool(const char *value, const struct kernel_param *kp)
{
	bool given;
	int error = value ? kstrtobool(value, &given) : -EINVAL;

	if (!error)
		*(bool *)kp->arg = !given;
	return error;
}

int param_get_invbool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'N' : 'Y');
}
KIND(invbool);

/* A truth value that is kept in an int. */
int param_set_bint(const char *value, const struct kernel_param *kp)
{
	bool given;
	int error = kstrtobool(value ? value : "1", &given);

	if (!error)
		*(int *)kp->arg = given;
	return error;
}
EXPORT_SYMBOL(param_set_bint);

const struct kernel_param_ops param_ops_bint = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bint,
	.get = param_get_int,
};
EXPORT_SYMBOL(param_ops_bint);

/* Texts that were copied for charp parameters: only those may be freed, not a default of the module's. */
struct copied_text {
	struct copied_text *next;
	char text[];
};

static DEFINE_MUTEX(texts_lock);
static struct copied_text *texts;

static void forget_text(const char *text)
{
	struct copied_text **at, *found;

	mutex_lock(&texts_lock);
	for (at = &texts; *at && (*at)->text != text;)
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = found->next;
	mutex_unlock(&texts_lock);
	kfree(found);
}

int param_set_charp(const char *value, const struct kernel_param *kp)
{
	size_t length;
	struct copied_text *copy;

	if (!value)
		return -EINVAL;
	length = strnlen(value, CHARP_LIMIT + 1);
	if (length > CHARP_LIMIT) {
		pr_err("%s: string parameter too long\n", kp->name);
		return -ENOSPC;
	}
	copy = kmalloc(sizeof(*copy) + length + 1, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	strcpy(copy->text, value);
	forget_text(*(char **)kp->arg);
	*(char **)kp->arg = copy->text;
	mutex_lock(&texts_lock);
	copy->next = texts;
	texts = copy;
	mutex_unlock(&texts_lock);
	return 0;
}

int param_get_charp(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", *(char **)kp->arg);
}

void param_free_charp(void *arg)
{
	forget_text(*(char **)arg);
}
EXPORT_SYMBOL(param_free_charp);

const struct kernel_param_ops param_ops_charp = {
	.set = param_set_charp,
	.get = param_get_charp,
	.free = param_free_charp,
};
EXPORT_SYMBOL(param_set_charp);
EXPORT_SYMBOL(param_get_charp);
EXPORT_SYMBOL(param_ops_charp);

int param_set_copystring(const char *value, const struct kernel_param *kp)
{
	const struct kparam_string *to = kp->str;

	if (!value)
		return -EINVAL;
	if (strnlen(value, to->maxlen) + 1 > to->maxlen) {
		pr_err("%s: string doesn't fit in %u chars.\n", kp->name, to->maxlen - 1);
		return -ENOSPC;
	}
	strcpy(to->string, value);
	return 0;
}
EXPORT_SYMBOL(param_set_copystring);

int param_get_string(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", kp->str->string);
}
EXPORT_SYMBOL(param_get_string);

const struct kernel_param_ops param_ops_string = {
	.set = param_set_copystring,
	.get = param_get_string,
};
EXPORT_SYMBOL(param_ops_string);

/* The element of an array as a parameter of its own. */
static struct kernel_param element(const struct kernel_param *kp, unsigned int index)
{
	const struct kparam_array *array = kp->arr;
	struct kernel_param one = {
		.name = kp->name,
		.mod = kp->mod,
		.ops = array->ops,
		.arg = (char *)array->elem + array->elemsize * index,
	};

	return one;
}

/* As in Linux the commas are overwritten in the value itself: its first element is what messages about it show. */
static int param_array_set(const char *value, const struct kernel_param *kp)
{
	const struct kparam_array *array = kp->arr;
	char *rest = (char *)value, *part;
	unsigned int count = 0;
	int error = 0;

	if (!value)
		return -EINVAL;
	for (; !error && (part = strsep(&rest, ",")); count++) {
		struct kernel_param one = element(kp, count);

		if (count == array->max) {
			pr_err("%s: can only take %u arguments\n", kp->name, array->max);
			return -EINVAL;
		}
		error = array->ops->set(part, &one);
	}
	if (!error && array->num)
		*array->num = count;
	return error;
}

static int param_array_get(char *buffer, const struct kernel_param *kp)
{
	const struct kparam_array *array = kp->arr;
	unsigned int count = array->num ? *array->num : array->max, index;
	char *part = kmalloc(PAGE_SIZE, GFP_KERNEL);
	int length = 0;

	if (!part)
		return -ENOMEM;
	for (index = 0; index < count; index++) {
		struct kernel_param one = element(kp, index);
		int size = array->ops->get(part, &one);

		if (size < 0) {
			kfree(part);
			return size;
		}
		part[size && part[size - 1] == '\n' ? size - 1 : size] = 0;
		length += scnprintf(buffer + length, PAGE_SIZE - length, "%s%s", index ? "," : "", part);
	}
	kfree(part);
	return length + scnprintf(buffer + length, PAGE_SIZE - length, "\n");
}

static void param_array_free(void *arg)
{
	const struct kparam_array *array = arg;
	unsigned int count, index;

	/* The count of an array of numbers may be init data, gone by now: it is not touched. */
	if (!array->ops->free)
		return;
	count = array->num ? *array->num : array->max;
	for (index = 0; index < count; index++)
		array->ops->free((char *)array->elem + array->elemsize * index);
}

const struct kernel_param_ops param_array_ops = {
	.set = param_array_set,
	.get = param_array_get,
	.free = param_array_free,
};
EXPORT_SYMBOL(param_array_ops);
