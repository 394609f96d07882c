/* The example module as part of the test's program: for filesystem_test.cc. */
#define init_module msdos_module_init
#define cleanup_module msdos_module_exit
#include "../../modules/msdos.c"
