/* The example module as part of the test's program: for netdev_test.cc. */
#define init_module eth_module_init
#define cleanup_module eth_module_exit
#include "../../modules/3c59x.c"
