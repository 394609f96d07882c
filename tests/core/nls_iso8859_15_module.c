/* The example module as part of the test's program: for nls_test.cc. */
#define init_module nls_module_init
#define cleanup_module nls_module_exit
#include "../../modules/nls_iso8859-15.c"
