/* The example module as part of the test's program: for block_test.cc. */
#define init_module ramdisk_module_init
#define cleanup_module ramdisk_module_exit
#include "../../modules/ramdisk.c"
