/* Module code that asks for modules: for request_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

long ask(int number);
long ask_without_waiting(void);
long ask_by_a_name_of(int characters);
long ask_and_look_again(const int *there);
long ask_with_a_lock_held(void);
extern const void *const asking_module;

#ifdef __cplusplus
}
#endif
