/* SPDX-License-Identifier: MIT */
/* The commands of /dev/ioctl, for the module and for programs. */
#ifndef IOCTL_EXAMPLE_H
#define IOCTL_EXAMPLE_H

#include <linux/ioctl.h>

struct ioctl_sum {
	int a, b;	/* in */
	int sum;	/* out */
};

#define IOCTL_RESET _IO('k', 0)
#define IOCTL_GET _IOR('k', 1, int)
#define IOCTL_SET _IOW('k', 2, int)
#define IOCTL_ADD _IOWR('k', 3, struct ioctl_sum)
/* The argument is a text's address, though the number tells a pointer's size, as older drivers have it. */
#define IOCTL_UPPER _IOWR('k', 4, char *)

#endif
