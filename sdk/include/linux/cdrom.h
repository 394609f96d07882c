#ifndef _LINUX_CDROM_H
#define _LINUX_CDROM_H

#include <linux/types.h>

/* A disc's table of contents, as programs ask for it: include/uapi/linux/cdrom.h. */
#define CDROMREADTOCHDR 0x5305		/* struct cdrom_tochdr */
#define CDROMREADTOCENTRY 0x5306	/* struct cdrom_tocentry: track and format are the question */

#define CDROM_LBA 0x01
#define CDROM_MSF 0x02
#define CDROM_LEADOUT 0xaa		/* what is behind the last track, as a track's number */

struct cdrom_tochdr {
	u8 cdth_trk0;	/* the first track */
	u8 cdth_trk1;	/* the last one */
};

struct cdrom_msf0 {
	u8 minute;
	u8 second;
	u8 frame;
};

union cdrom_addr {
	struct cdrom_msf0 msf;
	int lba;	/* in sectors of 2048 bytes */
};

struct cdrom_tocentry {
	u8 cdte_track;
	u8 cdte_adr : 4;
	u8 cdte_ctrl : 4;
	u8 cdte_format;
	union cdrom_addr cdte_addr;
	u8 cdte_datamode;
};

#endif
