#include <linux/hardirq.h>
