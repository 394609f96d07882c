/* The example module as part of the test's program: for binfmt_test.cc. */
#define init_module java_module_init
#define cleanup_module java_module_exit
#include "../../modules/binfmt_java.c"
