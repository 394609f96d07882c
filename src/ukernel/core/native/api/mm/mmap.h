/* The mappings of an open file. */
#pragma once

#include <linux/list.h>

struct file;

/* See file_map(); by its place in a list. Runs module code. ERR_PTR() of -ENOMEM, or what the module
 * gave. */
struct list_head *mapping_new(struct file *file, unsigned long pgoff, size_t size, int protection,
			      long *pages);
/* Ends it, and takes it out of the list that it is in. */
void mapping_drop(struct list_head *mapping);
