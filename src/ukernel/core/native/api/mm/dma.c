// Memory for devices: sdk/include/linux/dma-mapping.h.
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "api.h"

/* Not a physical one: those are beyond 32 bits. */
static dma_addr_t address_of(const void *block)
{
	long number = platform_page_number(block);

	return number < 0 ? DMA_MAPPING_ERROR : ((dma_addr_t)number << PAGE_SHIFT) + offset_in_page(block);
}

int dma_set_mask(struct device *dev, u64 mask)
{
	if (!dev->dma_mask || mask < DMA_BIT_MASK(32))
		return -EIO;
	*dev->dma_mask = mask;
	return 0;
}
EXPORT_SYMBOL(dma_set_mask);

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	if (mask < DMA_BIT_MASK(32))
		return -EIO;
	dev->coherent_dma_mask = mask;
	return 0;
}
EXPORT_SYMBOL(dma_set_coherent_mask);

int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	return dma_set_mask(dev, mask) ?: dma_set_coherent_mask(dev, mask);
}
EXPORT_SYMBOL(dma_set_mask_and_coherent);

void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp)
{
	void *block = size ? kvzalloc(PAGE_ALIGN(size), gfp) : NULL;

	if (block)
		*handle = address_of(block);
	return block;
}
EXPORT_SYMBOL(dma_alloc_coherent);

void dma_free_coherent(struct device *dev, size_t size, void *block, dma_addr_t handle)
{
	kvfree(block);
}
EXPORT_SYMBOL(dma_free_coherent);

static void free_block(void *block)
{
	kvfree(block);
}

void *dmam_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp)
{
	void *block = dma_alloc_coherent(dev, size, handle, gfp);

	return block && !devm_add_action_or_reset(dev, free_block, block) ? block : NULL;
}
EXPORT_SYMBOL(dmam_alloc_coherent);

dma_addr_t dma_map_single(struct device *dev, void *block, size_t size, enum dma_data_direction direction)
{
	dma_addr_t address = address_of(block);

	if (address == DMA_MAPPING_ERROR)
		dev_warn(dev, "cannot map %px: here only memory of kmalloc() from a page on has an address for devices\n",
			 block);
	return address;
}
EXPORT_SYMBOL(dma_map_single);

int dma_mapping_error(struct device *dev, dma_addr_t address)
{
	return address == DMA_MAPPING_ERROR ? -ENOMEM : 0;
}
EXPORT_SYMBOL(dma_mapping_error);
