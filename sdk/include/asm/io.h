#ifndef _ASM_IO_H
#define _ASM_IO_H

#include <linux/types.h>

/**
 * virt_to_phys, phys_to_virt - between the address of memory and its physical one
 *
 * For memory of kmalloc() (a page or more), vmalloc() and the page allocator. Physical addresses
 * are numbers that remap_pfn_range() takes, nothing else: there is no device behind them. A wrong
 * address ends the call as BUG(). Context: any. Source: arch/x86/include/asm/io.h.
 */
phys_addr_t virt_to_phys(const volatile void *address);
void *phys_to_virt(phys_addr_t address);

#endif
