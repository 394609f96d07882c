#ifndef _LINUX_KERN_LEVELS_H
#define _LINUX_KERN_LEVELS_H

/* A record's level stands in front of its text, after the byte SOH. */
#define KERN_SOH "\001"
#define KERN_SOH_ASCII '\001'

#define KERN_EMERG KERN_SOH "0"		/* system is unusable */
#define KERN_ALERT KERN_SOH "1"		/* action must be taken at once */
#define KERN_CRIT KERN_SOH "2"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"	/* what a record without a level gets */
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"
#define KERN_DEFAULT ""
#define KERN_CONT KERN_SOH "c"		/* continues this thread's last record */

#endif
