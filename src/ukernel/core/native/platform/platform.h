// What the C API (../api) stands on: the few things that it takes from the process, in plain C, so
// that the API's files include nothing but the SDK's own headers. Any thread may call.
// A fault inside of one of these is a fault of the kernel itself; a fault in the API's own code is
// the calling module's.
#pragma once

#ifdef __cplusplus
#include <cstddef>
extern "C" {
#else
#include <linux/types.h>
#endif

// One record of the log; see Host::log.
void platform_log(int level, const char* text, size_t length, int continuation);

// The name of an address ("name+0x1c/0x40 [module]") into a buffer; the length stored, without NUL.
size_t platform_symbolize(unsigned long address, char* buffer, size_t size);

// Memory, perhaps cleared; NULL if there is none. alignment: a power of two.
void* platform_alloc(size_t size, size_t alignment, int zero);
// Gives a block back; 0, or -1 if that address is no block.
int platform_free(const void* block);
// The bytes asked for, -1 if that address is no block.
long platform_block_size(const void* block);

// Sleeps while *word is value (it may wake without reason); wakes up to count sleepers.
void platform_wait(int* word, int value);
void platform_wake(int* word, int count);
int platform_thread_id(void);
void platform_yield(void);
void platform_sleep(unsigned long long nanoseconds);
unsigned long long platform_monotonic(void);  // nanoseconds
unsigned long long platform_realtime(void);   // nanoseconds since 1970
// The number of spinlocks that this thread holds; 0 at the start of every call.
int* platform_atomic_depth(void);

// How many bytes from `address` on, at most `size`, are the calling process's buffer.
size_t platform_user_range(const void* address, size_t size, int write);

struct platform_task {
  int pid;
  char comm[16];
};
// On whose behalf this thread runs.
const struct platform_task* platform_current(void);

// See Host. A reference is noted as held by what this thread is doing.
int platform_module_get(const void* module);
void platform_module_put(const void* module);
int platform_module_refcount(const void* module);

// Ends the call that this thread is in as a fault does, with this text.
__attribute__((noreturn)) void platform_bug(const char* text);
// The return addresses of this thread's module code and API, innermost first; how many.
int platform_backtrace(unsigned long* to, int limit);

#ifdef __cplusplus
}
#endif
