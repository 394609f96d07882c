/* Between platform_module.c (C, the SDK's headers) and platform_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

extern int test_probes, test_removes, test_actions, test_probe_result;
extern char test_bound[64];	/* names of the devices that were probed, each with a blank */

int test_driver_add(void);
void test_driver_remove(void);
int test_platform_add(const char *name);
void test_platform_remove(void);

/* What the handlers of line 17 saw. */
extern int test_interrupts, test_threads, test_in_interrupt;
int test_line_add(unsigned int gpio, int only_rising);
void test_line_remove(unsigned int gpio);
int test_line_output(unsigned int gpio, int value);

#ifdef __cplusplus
}
#endif
