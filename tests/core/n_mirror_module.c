/* The example module as part of the test's program: for ldisc_test.cc. */
#define init_module mirror_module_init
#define cleanup_module mirror_module_exit
#include "../../modules/n_mirror.c"
