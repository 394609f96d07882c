/* Module code that forgets what it has acquired: for owned_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

void leave_memory(int blocks);
void leave_timer(void);
void leave_work(void);
void leave_queue(void);
void leave_cache(void);
void leave_thread(int stops);
void leave_thread_at_its_end(void);
void leave_references(void *module, int count);
void let_thread_go(void);
void take_and_give_back(void);

#ifdef __cplusplus
}
#endif
