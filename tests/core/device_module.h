/* Between device_module.c (C, the SDK's headers) and device_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum { READ_TEXT, READ_BEYOND, READ_ELSEWHERE, READ_TOO_MUCH, READ_FAULT, READ_FROM_NOWHERE };

struct observed {
	int act;		/* what the next read does */
	int open_result;
	int opens, releases;
	int minor, pid;
	char written[32];
	char first;
	int put_result;
};
extern struct observed observed;

int test_device_add(const char *name, unsigned int count);
void test_device_remove(unsigned int count);
int test_register_twice(const char *name);

#ifdef __cplusplus
}
#endif
