#ifndef _LINUX_MTIO_H
#define _LINUX_MTIO_H

#include <linux/ioctl.h>

/* What programs ask of tapes: include/uapi/linux/mtio.h, st(4). */
struct mtop {
	short mt_op;
	int mt_count;
};

#define MTIOCTOP _IOW('m', 1, struct mtop)

#define MTFSF 1		/* forward over so many filemarks */
#define MTWEOF 5	/* write so many */
#define MTREW 6
#define MTNOP 8
#define MTEOM 12	/* to the end of what is written */

#endif
