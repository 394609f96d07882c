/* Reads and writes of files, by whichever of their operations is there. */
#pragma once

#include <linux/types.h>

struct file;

/* The bytes, or -errno; -EINVAL without an operation, -EIO for a count that the memory does not have.
 * Run module code. */
ssize_t kapi_read(struct file *file, char __user *to, size_t size, loff_t *position);
ssize_t kapi_write(struct file *file, const char __user *from, size_t size, loff_t *position);
