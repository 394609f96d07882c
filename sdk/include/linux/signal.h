#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H

#include <linux/types.h>

/* Numbers of signals; source: include/uapi/asm-generic/signal.h. */
#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGKILL 9
#define SIGUSR1 10
#define SIGUSR2 12
#define SIGTERM 15
#define SIGIO 29
#define SIGPOLL SIGIO

#define _NSIG 64
#define _NSIG_WORDS 1

typedef struct {
	unsigned long sig[_NSIG_WORDS];
} sigset_t;

/* Signals that have arrived and are not handled yet. */
struct sigpending {
	sigset_t signal;
};

#define sigmask(sig) (1UL << ((sig) - 1))

#endif
