#ifndef _LINUX_IF_H
#define _LINUX_IF_H

#define IFNAMSIZ 16

#define IFF_UP 1u
#define IFF_BROADCAST 2u
#define IFF_LOOPBACK 8u
#define IFF_RUNNING 0x40u
#define IFF_NOARP 0x80u
#define IFF_MULTICAST 0x1000u

#endif
