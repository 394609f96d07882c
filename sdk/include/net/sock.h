#include <linux/sock.h>
