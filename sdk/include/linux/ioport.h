#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

#define IORESOURCE_IO 0x100
#define IORESOURCE_MEM 0x200
#define IORESOURCE_IRQ 0x400
#define IORESOURCE_DMA 0x800

/* What a device says that it has. There is nothing at these addresses. */
struct resource {
	resource_size_t start;
	resource_size_t end;	/* the last one that belongs to it */
	const char *name;
	unsigned long flags;	/* IORESOURCE_* */
};

static inline resource_size_t resource_size(const struct resource *resource)
{
	return resource->end - resource->start + 1;
}

#endif
