#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

#include <linux/stddef.h>

/* The structure of that type whose `member` is *ptr. */
#define container_of(ptr, type, member) ({					\
	const typeof(((type *)0)->member) *__member = (ptr);			\
	(type *)((char *)__member - offsetof(type, member)); })

#endif
