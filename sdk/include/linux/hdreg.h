#ifndef _LINUX_HDREG_H
#define _LINUX_HDREG_H

/* A disk's geometry, as programs ask for it: include/uapi/linux/hdreg.h. */
#define HDIO_GETGEO 0x0301

struct hd_geometry {
	unsigned char heads;
	unsigned char sectors;		/* of a track */
	unsigned short cylinders;
	unsigned long start;		/* sectors before it, of a partition */
};

#endif
