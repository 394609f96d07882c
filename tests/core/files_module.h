/* Between files_module.c (C, the SDK's headers) and files_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

extern int test_records;	/* of /proc/probe/records */
extern int test_releases;
extern int test_number;
extern unsigned test_hex;
extern char test_stored[64];

int test_files_add(void);
void test_files_remove(void);

#ifdef __cplusplus
}
#endif
