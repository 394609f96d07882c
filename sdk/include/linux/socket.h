#ifndef _LINUX_SOCKET_H
#define _LINUX_SOCKET_H

#include <linux/types.h>
#include <linux/uio.h>

typedef unsigned short sa_family_t;

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

struct sockaddr_storage {
	sa_family_t ss_family;
	char __data[126];
};

struct msghdr {
	void *msg_name;		/* struct sockaddr, the kernel's own memory; NULL: none */
	int msg_namelen;
	struct iov_iter msg_iter;	/* its memory, the calling process's */
	unsigned int msg_flags;
};

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_ASH 18
#define AF_MAX 46
#define PF_UNIX AF_UNIX
#define PF_INET AF_INET
#define PF_ASH AF_ASH
#define NPROTO AF_MAX

#define MSG_PEEK 2
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40

/** memcpy_from_msg, memcpy_to_msg - the next bytes of a message's memory. 0 or -EFAULT. Context: may sleep. */
int memcpy_from_msg(void *to, struct msghdr *message, int size);
int memcpy_to_msg(struct msghdr *message, void *from, int size);

#endif
