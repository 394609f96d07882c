#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/types.h>

struct tty_struct;

/* What a terminal's driver can do: include/linux/tty_driver.h. */
struct tty_operations {
	int (*write)(struct tty_struct *tty, const unsigned char *text, int size);
};

struct tty_driver {
	int major;
	int minor_start;
	const struct tty_operations *ops;
};

struct tty_struct {
	struct tty_driver *driver;
	int index;
	const struct tty_operations *ops;
	void *disc_data;	/* the line discipline's own */
};

/**
 * get_current_tty - the terminal of the process that called; NULL if it has none
 *
 * There are no terminals in this kernel: always NULL. Source: drivers/tty/tty_jobctrl.c.
 */
static inline struct tty_struct *get_current_tty(void)
{
	return NULL;
}

/** tty_devnum - the numbers of a terminal's device. Context: any. */
static inline dev_t tty_devnum(struct tty_struct *tty)
{
	return MKDEV(tty->driver->major, tty->driver->minor_start) + tty->index;
}

#endif
