#ifndef _ASM_PGTABLE_H
#define _ASM_PGTABLE_H

#include <linux/mm_types.h>

/* Of how memory is cached nothing changes here. */
#define __pgprot(value) ((pgprot_t){ (value) })
#define pgprot_val(prot) ((prot).pgprot)
#define pgprot_noncached(prot) (prot)
#define pgprot_writecombine(prot) (prot)
#define PAGE_SHARED __pgprot(0)

#endif
