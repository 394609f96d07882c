/* The example module as part of the test's program: for netdev_test.cc. */
#define init_module dummynet_module_init
#define cleanup_module dummynet_module_exit
#include "../../modules/dummynet.c"
