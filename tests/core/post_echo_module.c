/* The example module as part of the test's program: for socket_test.cc. */
#define init_module post_echo_module_init
#define cleanup_module post_echo_module_exit
#include "../../modules/post-echo.c"
