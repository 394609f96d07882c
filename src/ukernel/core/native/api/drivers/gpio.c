// GPIO lines: sdk/include/linux/gpio.h.
#include <linux/err.h>
#include <linux/export.h>
#include <linux/gpio.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>

#include "api.h"
#include "fs/tree.h"
#include "kernel/irq.h"

enum { LINE_COUNT = IRQ_COUNT - IRQ_OF_GPIO };

struct line {
	bool taken;
	bool output;
	bool value;
	char label[32];
	struct entry *file;
};

static struct line lines[LINE_COUNT];
static DEFINE_SPINLOCK(lock);	/* over them */

static int give_line_back(void *line);

static const struct owned_kind owned_line = {
	.one = "GPIO line", .many = "GPIO lines", .fate = "freed", .order = OWNED_CALLS,
	.take_away = give_line_back,
};

static struct line *line_of(unsigned int gpio)
{
	return gpio < LINE_COUNT ? &lines[gpio] : NULL;
}

bool gpio_is_valid(int gpio)
{
	return gpio >= 0 && gpio < LINE_COUNT;
}
EXPORT_SYMBOL(gpio_is_valid);

/* Gives the line that value; whether it changed. */
static bool change(struct line *line, bool value)
{
	unsigned long flags;
	bool changed;

	spin_lock_irqsave(&lock, flags);
	changed = line->value != value;
	line->value = value;
	spin_unlock_irqrestore(&lock, flags);
	if (changed)
		irq_raise(IRQ_OF_GPIO + (line - lines),
			  value ? IRQF_TRIGGER_RISING | IRQF_TRIGGER_HIGH : IRQF_TRIGGER_FALLING | IRQF_TRIGGER_LOW);
	return changed;
}

static int file_get(void *data, u64 *value)
{
	*value = ((struct line *)data)->value;
	return 0;
}

static int file_set(void *data, u64 value)
{
	struct line *line = data;

	if (value > 1)
		return -EINVAL;
	if (line->output)
		return -EPERM;
	change(line, value);
	return 0;
}

DEFINE_SIMPLE_ATTRIBUTE(line_ops, file_get, file_set, "%llu\n");

static int list_show(struct seq_file *to, void *unused)
{
	unsigned int i;

	for (i = 0; i < LINE_COUNT; i++)
		if (lines[i].taken)
			seq_printf(to, " gpio-%-4u (%-20s) %s %s\n", i, lines[i].label,
				   lines[i].output ? "out" : "in ", lines[i].value ? "hi" : "lo");
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(list);

static struct entry *add(struct entry *folder, const char *name, umode_t mode, void *data,
			 const struct file_operations *fops)
{
	struct entry *entry = folder ? entry_new(name, mode) : NULL;

	if (!entry)
		return NULL;
	entry->gone_error = -EIO;
	entry->fops = fops;
	entry->data = data;
	if (!entry_add(folder, entry, NULL))
		return entry;
	entry_put(entry);
	return NULL;
}

/* Of the lines' files; made with the first of them. */
static struct entry *folder(void)
{
	static DEFINE_MUTEX(making);
	static struct entry *made;
	struct entry *debug = tree_fixed("/sys/kernel/debug");

	mutex_lock(&making);
	if (!made) {
		made = add(debug, "gpio-mockup", S_IFDIR | 0755, NULL, NULL);
		add(debug, "gpio", S_IFREG | 0444, NULL, &list_fops);
	}
	mutex_unlock(&making);
	return made;
}

int gpio_request(unsigned int gpio, const char *label)
{
	struct line *line = line_of(gpio);
	unsigned long flags;
	char name[8];
	bool free;

	kapi_may_sleep();
	if (!line)
		return -EINVAL;
	spin_lock_irqsave(&lock, flags);
	free = !line->taken;
	line->taken = true;
	spin_unlock_irqrestore(&lock, flags);
	if (!free)
		return -EBUSY;
	line->output = line->value = false;
	strscpy(line->label, label ?: "?", sizeof(line->label));
	snprintf(name, sizeof(name), "%u", gpio);
	line->file = add(folder(), name, S_IFREG | 0644, line, &line_ops);
	if (!line->file) {
		give_line_back(line);
		return -ENOMEM;
	}
	owned_acquire(&owned_line, line, line->label, NULL, 0);
	return 0;
}
EXPORT_SYMBOL(gpio_request);

static int give_line_back(void *thing)
{
	struct line *line = thing;
	unsigned long flags;

	if (line->file)
		entry_remove(line->file);
	spin_lock_irqsave(&lock, flags);
	line->file = NULL;
	line->taken = false;
	spin_unlock_irqrestore(&lock, flags);
	return 0;
}

void gpio_free(unsigned int gpio)
{
	struct line *line = line_of(gpio);

	kapi_may_sleep();
	if (!line || !line->taken) {
		pr_warn("gpio_free: nobody has line %u\n", gpio);
		return;
	}
	owned_release(&owned_line, line);
	give_line_back(line);
}
EXPORT_SYMBOL(gpio_free);

int gpio_direction_input(unsigned int gpio)
{
	struct line *line = line_of(gpio);

	if (!line)
		return -EINVAL;
	line->output = false;
	return 0;
}
EXPORT_SYMBOL(gpio_direction_input);

int gpio_direction_output(unsigned int gpio, int value)
{
	struct line *line = line_of(gpio);

	if (!line)
		return -EINVAL;
	line->output = true;
	change(line, value);
	return 0;
}
EXPORT_SYMBOL(gpio_direction_output);

int gpio_get_value(unsigned int gpio)
{
	const struct line *line = line_of(gpio);

	return line && line->value;
}
EXPORT_SYMBOL(gpio_get_value);

void gpio_set_value(unsigned int gpio, int value)
{
	struct line *line = line_of(gpio);

	if (line && line->output)
		change(line, value);
}
EXPORT_SYMBOL(gpio_set_value);

int gpio_to_irq(unsigned int gpio)
{
	return line_of(gpio) ? (int)(IRQ_OF_GPIO + gpio) : -EINVAL;
}
EXPORT_SYMBOL(gpio_to_irq);

int gpio_request_one(unsigned int gpio, unsigned long flags, const char *label)
{
	int error = gpio_request(gpio, label);

	if (error)
		return error;
	if (flags & GPIOF_DIR_IN)
		return gpio_direction_input(gpio);
	return gpio_direction_output(gpio, (flags & GPIOF_INIT_HIGH) != 0);
}
EXPORT_SYMBOL(gpio_request_one);

int gpio_request_array(const struct gpio *array, size_t count)
{
	size_t i;
	int error;

	for (i = 0; i < count; i++) {
		error = gpio_request_one(array[i].gpio, array[i].flags, array[i].label);
		if (error) {
			gpio_free_array(array, i);
			return error;
		}
	}
	return 0;
}
EXPORT_SYMBOL(gpio_request_array);

void gpio_free_array(const struct gpio *array, size_t count)
{
	while (count--)
		gpio_free(array[count].gpio);
}
EXPORT_SYMBOL(gpio_free_array);
