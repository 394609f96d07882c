/* The operations of binary attributes: without and with mmap. */
#pragma once

#include <linux/fs.h>

extern const struct file_operations bytes_fops, mapped_bytes_fops;
