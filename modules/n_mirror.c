// SPDX-License-Identifier: MIT
/* A line discipline: each line that comes in is sent back in reverse. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tty_ldisc.h>

#define N_MIRROR 29	/* a number that Linux 6.1 has not given away */

/* The line that is coming in; what is too long for it is lost. */
struct mirror {
	int length;
	unsigned char line[255];
};

static int mirror_open(struct tty_struct *tty)
{
	tty->disc_data = kzalloc(sizeof(struct mirror), GFP_KERNEL);
	return tty->disc_data ? 0 : -ENOMEM;
}

static void mirror_close(struct tty_struct *tty)
{
	kfree(tty->disc_data);
}

static void send_back(struct tty_struct *tty, struct mirror *mirror)
{
	for (int i = 0; i < mirror->length / 2; i++)
		swap(mirror->line[i], mirror->line[mirror->length - 1 - i]);
	tty->ops->write(tty, mirror->line, mirror->length);
	tty->ops->write(tty, (const unsigned char *)"\n", 1);
	mirror->length = 0;
}

static void mirror_receive(struct tty_struct *tty, const unsigned char *characters, const char *flags, int count)
{
	struct mirror *mirror = tty->disc_data;

	while (count--) {
		unsigned char one = *characters++;

		if (one == '\n')
			send_back(tty, mirror);
		else if (mirror->length < sizeof(mirror->line))
			mirror->line[mirror->length++] = one;
	}
}

static struct tty_ldisc_ops discipline = {
	.owner = THIS_MODULE,
	.name = "n_mirror",
	.num = N_MIRROR,
	.open = mirror_open,
	.close = mirror_close,
	.receive_buf = mirror_receive,
};

static int __init mirror_init(void)
{
	return tty_register_ldisc(&discipline);
}

static void __exit mirror_exit(void)
{
	tty_unregister_ldisc(&discipline);
}

module_init(mirror_init);
module_exit(mirror_exit);

MODULE_ALIAS_LDISC(N_MIRROR);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A line discipline that sends lines back in reverse");
