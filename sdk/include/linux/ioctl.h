#ifndef _LINUX_IOCTL_H
#define _LINUX_IOCTL_H

/* A command: 8 bits number, 8 bits type, 14 bits size of the argument, 2 bits direction. */
#define _IOC_NONE 0U
#define _IOC_WRITE 1U
#define _IOC_READ 2U
#define _IOC(direction, type, number, size) \
	(((unsigned int)(direction) << 30) | ((size) << 16) | ((type) << 8) | (number))
#define _IO(type, number) _IOC(_IOC_NONE, (type), (number), 0)
#define _IOR(type, number, what) _IOC(_IOC_READ, (type), (number), sizeof(what))
#define _IOW(type, number, what) _IOC(_IOC_WRITE, (type), (number), sizeof(what))
#define _IOWR(type, number, what) _IOC(_IOC_READ | _IOC_WRITE, (type), (number), sizeof(what))
#define _IOC_DIR(command) (((command) >> 30) & 3)
#define _IOC_TYPE(command) (((command) >> 8) & 255)
#define _IOC_NR(command) ((command) & 255)
#define _IOC_SIZE(command) (((command) >> 16) & 0x3fff)

#endif
