/* The example modules as parts of the test's program: for socket_test.cc. */
#define init_module post_module_init
#define cleanup_module post_module_exit
#include "../../modules/post.c"
