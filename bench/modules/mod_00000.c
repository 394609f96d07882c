/*
 * A small module, and with -fPIC -shared the same code as a library: a table that init fills and
 * exit clears.
 */
#ifdef MODULE
#include <linux/module.h>
#define STARTS static __init
#define ENDS static __exit
#else
#define STARTS __attribute__((constructor)) static
#define ENDS __attribute__((destructor)) static
#endif

static volatile int table[64];

STARTS int start(void)
{
	for (int i = 0; i < 64; i++)
		table[i] = i * i;
	return 0;
}

ENDS void stop(void)
{
	for (int i = 0; i < 64; i++)
		table[i] = 0;
}

#ifdef MODULE
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
#endif
