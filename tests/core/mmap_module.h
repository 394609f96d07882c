/* Between mmap_module.c (C, the SDK's headers) and mmap_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum { test_fault_pages = 3 };

extern char *test_pages;	/* two pages, /dev/test_pages */
extern char *test_vmalloc;	/* two pages, /dev/test_vmalloc */
extern char *test_kmalloc;	/* two pages, /dev/test_kmalloc */
extern char *test_scattered[test_fault_pages];	/* behind /dev/test_faults, in page order */
extern int test_closed_areas;	/* of /dev/test_faults */

int test_mmap_add(void);
void test_mmap_remove(void);
int test_page_refcount(int index);	/* of test_scattered */
int test_leave_pages(void);
int test_free_twice(void);

#ifdef __cplusplus
}
#endif
