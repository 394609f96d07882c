#ifndef _LINUX_TTY_LDISC_H
#define _LINUX_TTY_LDISC_H

#include <linux/stringify.h>
#include <linux/tty.h>

#define N_TTY 0
#define NR_LDISCS 31

/*
 * A line discipline: what stands between a terminal's driver and programs. Source: include/linux/tty_ldisc.h. All but
 * receive_buf may be NULL.
 */
struct tty_ldisc_ops {
	const char *name;
	int num;		/* 0 to 30 */
	int (*open)(struct tty_struct *tty);
	void (*close)(struct tty_struct *tty);
	/* What has come in over the line: characters, and (NULL: no errors) their flags. */
	void (*receive_buf)(struct tty_struct *tty, const unsigned char *characters, const char *flags, int count);
	struct module *owner;	/* kept while it is in use; always set it to THIS_MODULE */
};

/** tty_register_ldisc - 0; -EINVAL: no such number. Replaces what was there. Context: may sleep. */
int tty_register_ldisc(struct tty_ldisc_ops *discipline);
void tty_unregister_ldisc(struct tty_ldisc_ops *discipline);

#define MODULE_ALIAS_LDISC(number) MODULE_ALIAS("tty-ldisc-" __stringify(number))

#endif
