/* The example module as part of the test's program: for crypto_test.cc. */
#define init_module crc32c_module_init
#define cleanup_module crc32c_module_exit
#include "../../modules/crc32c.c"
