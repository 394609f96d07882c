#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

/**
 * vmalloc, vzalloc - page-aligned memory of any size; vzalloc clears it. NULL if there is none.
 * Context: may sleep. Source: mm/vmalloc.c.
 */
void *vmalloc(unsigned long size) __malloc;
void *vzalloc(unsigned long size) __malloc;

/** vfree - gives it back; NULL is fine. Context: may sleep. A wrong pointer ends the call as BUG(). */
void vfree(const void *block);

#endif
