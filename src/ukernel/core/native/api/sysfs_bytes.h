/* The operations of binary attributes: without and with mmap. */
#ifndef KAPI_SYSFS_BYTES_H
#define KAPI_SYSFS_BYTES_H

#include <linux/fs.h>

extern const struct file_operations bytes_fops, mapped_bytes_fops;

#endif
