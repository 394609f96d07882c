#include <linux/crypto.h>
