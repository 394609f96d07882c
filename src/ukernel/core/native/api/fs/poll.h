/* What an open file needs of poll.c. */
#pragma once

#include <linux/fs.h>
#include <linux/list.h>

/* The file's poll(); from now on `event`, an eventfd, is told of changes (-1: nobody is), and who was
 * told before is not any more. */
long waiters_ask(struct file *file, struct list_head *waiters, int event);
/* Takes them out of the module's queues. */
void waiters_drop(struct list_head *waiters);
