/* Between iter_module.c (C, the SDK's headers) and iter_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

extern char test_iterated[16];	/* what /dev/iterated has */
extern int test_iter_append;	/* the last write was to the end */
extern int test_iter_puts_off;	/* reads promise a later end */

int test_iter_add(void);
void test_iter_remove(void);

/* "abcdef" over memory in segments of 2, 0 and 3 bytes; how many bytes found room. */
int test_iter_scatter(char *first, char *second);
/* As many of `size` bytes as two segments with "ab" and "cd" have; all or none: 0 or 1. */
int test_iter_gather(char *to, int size);
int test_iter_gather_all(char *to, int size);
int test_iter_wrong_way(void);

#ifdef __cplusplus
}
#endif
