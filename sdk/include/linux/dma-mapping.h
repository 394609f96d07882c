#ifndef _LINUX_DMA_MAPPING_H
#define _LINUX_DMA_MAPPING_H

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/types.h>

/*
 * Memory as a device would see it. No device here does: addresses are numbers, below 4 GiB, that a
 * driver hands on to none; what is mapped stays the processor's. Source: include/linux/dma-mapping.h.
 */
enum dma_data_direction { DMA_BIDIRECTIONAL, DMA_TO_DEVICE, DMA_FROM_DEVICE, DMA_NONE };

#define DMA_BIT_MASK(n) ((n) == 64 ? ~0ull : (1ull << (n)) - 1)
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)

/** dma_set_mask, _coherent_mask, _mask_and_coherent - 0; -EIO below 32 bits or without dma_mask. */
int dma_set_mask(struct device *dev, u64 mask);
int dma_set_coherent_mask(struct device *dev, u64 mask);
int dma_set_mask_and_coherent(struct device *dev, u64 mask);

/**
 * dma_alloc_coherent - cleared memory of whole pages, and its address for the device; dmam_: until the
 * driver is unbound
 *
 * Context: by gfp. NULL if there is none. Source: kernel/dma/mapping.c.
 */
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp);
void dma_free_coherent(struct device *dev, size_t size, void *block, dma_addr_t handle);
void *dmam_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp);

/**
 * dma_map_single - the device's address of memory of kmalloc(), a page or more; dma_mapping_error() says
 * whether it is none (-ENOMEM)
 *
 * Context: any. Source: include/linux/dma-mapping.h.
 */
dma_addr_t dma_map_single(struct device *dev, void *block, size_t size, enum dma_data_direction direction);
int dma_mapping_error(struct device *dev, dma_addr_t address);

static inline void dma_unmap_single(struct device *dev, dma_addr_t address, size_t size,
				    enum dma_data_direction direction)
{
}

static inline void dma_sync_single_for_cpu(struct device *dev, dma_addr_t address, size_t size,
					   enum dma_data_direction direction)
{
}

static inline void dma_sync_single_for_device(struct device *dev, dma_addr_t address, size_t size,
					      enum dma_data_direction direction)
{
}

#endif
