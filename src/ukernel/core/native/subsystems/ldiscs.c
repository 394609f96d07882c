// Line disciplines: sdk/include/linux/tty_ldisc.h. And their use: "ldisc" NUMBER; a line without hardware, over which
// comes what is written, and what the discipline sends over it is read.
#include <linux/capability.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/tty_ldisc.h>
#include <linux/uaccess.h>

#include "subsystems.h"
#include "ukernel/core/native/api/kernel/request.h"

#define LONGEST_TEXT (16u << 20)

static int take_discipline_away(void *discipline);

static const struct owned_kind discipline_kind = {
	.one = "line discipline", .many = "line disciplines", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_discipline_away,
};

static DEFINE_MUTEX(disciplines_lock);
static struct tty_ldisc_ops *disciplines[NR_LDISCS];

int tty_register_ldisc(struct tty_ldisc_ops *discipline)
{
	int number = discipline->num;

	if (number < N_TTY || number >= NR_LDISCS || !discipline->receive_buf)
		return -EINVAL;
	mutex_lock(&disciplines_lock);
	disciplines[number] = discipline;
	mutex_unlock(&disciplines_lock);
	owned_acquire(&discipline_kind, discipline, discipline->name, discipline->receive_buf, 0);
	return 0;
}
EXPORT_SYMBOL(tty_register_ldisc);

void tty_unregister_ldisc(struct tty_ldisc_ops *discipline)
{
	int number = discipline->num;

	if (WARN_ON(number < N_TTY || number >= NR_LDISCS))
		return;
	mutex_lock(&disciplines_lock);
	if (disciplines[number] == discipline)
		disciplines[number] = NULL;
	mutex_unlock(&disciplines_lock);
	owned_release(&discipline_kind, discipline);
}
EXPORT_SYMBOL(tty_unregister_ldisc);

static int take_discipline_away(void *discipline)
{
	tty_unregister_ldisc(discipline);
	return 0;
}

static struct tty_ldisc_ops *get(int number)
{
	struct tty_ldisc_ops *discipline;

	mutex_lock(&disciplines_lock);
	discipline = disciplines[number];
	if (discipline && !kapi_module_get(discipline->owner))
		discipline = NULL;
	mutex_unlock(&disciplines_lock);
	return discipline;
}

/* tty_ldisc_get(), drivers/tty/tty_ldisc.c. */
static struct tty_ldisc_ops *load(int number)
{
	struct tty_ldisc_ops *discipline = get(number);
	char cause[48];

	if (discipline)
		return discipline;
	snprintf(cause, sizeof(cause), "use of line discipline %d", number);
	kapi_request(cause, "tty-ldisc-%d", number);
	return get(number);
}

struct use {
	struct tty_struct tty;
	struct tty_driver driver;
	struct tty_ldisc_ops *discipline;
	struct growing_text sent;
};

static int line_write(struct tty_struct *tty, const unsigned char *text, int size)
{
	struct use *use = container_of(tty, struct use, tty);

	if (size < 0 || use->sent.length > LONGEST_TEXT)
		return 0;
	text_append(&use->sent, (const char *)text, size);
	return use->sent.failed ? 0 : size;
}

static const struct tty_operations line_operations = { .write = line_write };

static void finish(struct use *use)
{
	if (use->sent.text)
		platform_free(use->sent.text);
	platform_free(use);
}

static int use_open(struct inode *inode, struct file *file)
{
	struct use *use;
	int number, error = 0;

	if (kstrtoint(use_word(use_request(file), 1), 0, &number) || number < N_TTY || number >= NR_LDISCS)
		return -EINVAL;
	use = platform_alloc(sizeof(*use), 16, 1);
	if (!use)
		return -ENOMEM;
	use->driver.ops = use->tty.ops = &line_operations;
	use->tty.driver = &use->driver;
	use->discipline = load(number);
	file->private_data = use;
	if (!use->discipline || !file_serve(file, use->discipline->owner, use->discipline->receive_buf)) {
		finish(use);
		return -EINVAL;
	}
	kapi_module_put(use->discipline->owner);
	if (use->discipline->open)
		error = use->discipline->open(&use->tty);
	if (error)
		finish(use);
	return error;
}

static ssize_t use_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	unsigned char part[256];

	size = min(size, sizeof(part));
	if (copy_from_user(part, from, size))
		return -EFAULT;
	use->discipline->receive_buf(&use->tty, part, NULL, size);
	return size;
}

static ssize_t use_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct use *use = file->private_data;

	return simple_read_from_buffer(to, size, position, use->sent.text, use->sent.length);
}

static int use_release(struct inode *inode, struct file *file)
{
	struct use *use = file->private_data;

	if (use->discipline->close)
		use->discipline->close(&use->tty);
	finish(use);
	return 0;
}

const struct file_operations ldisc_use = {
	.open = use_open,
	.read = use_read,
	.write = use_write,
	.release = use_release,
};
