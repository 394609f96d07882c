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

// Memory, perhaps cleared; NULL if there is none. alignment: a power of two; from a page on the
// memory is of whole pages, which can be mapped by other processes.
void* platform_alloc(size_t size, size_t alignment, int zero);
// Gives a block back; 0, or -1 if that address is no block.
int platform_free(const void* block);
// The bytes asked for, -1 if that address is no block.
long platform_block_size(const void* block);

// Such a page has a number, from 0 on, and a record for the kernel's own use, which is zero at
// first. -1, NULL: that is no such page.
enum { platform_page_size = 4096, platform_page_record_size = 64 };
long platform_page_number(const void* address);
void* platform_page_address(long number);
void* platform_page_record(long number);
long platform_page_record_number(const void* record);

void platform_random(void* to, size_t size);

// Sleeps while *word is value (it may wake without reason), but not beyond a time of
// platform_monotonic(); wakes up to count sleepers.
void platform_wait(int* word, int value);
void platform_wait_until(int* word, int value, unsigned long long deadline);
void platform_wake(int* word, int count);
int platform_thread_id(void);
void platform_yield(void);
void platform_sleep(unsigned long long nanoseconds);
unsigned long long platform_monotonic(void);  // nanoseconds
unsigned long long platform_realtime(void);   // nanoseconds since 1970
enum { platform_hz = 250 };                   // jiffies in a second
unsigned long platform_jiffies(void);         // what the variable jiffies has, or will have soon
unsigned long long platform_next_tick(void);  // of platform_monotonic()'s clock
// Whether whom this thread acts for has gone, or wants its call back; nothing wakes a sleeping
// thread when that happens: it must look, say every platform_interrupt_interval ns.
int platform_interrupted(void);
enum { platform_interrupt_interval = 50000000 };
// What forbids sleeping, as preempt_count() gives it: the number of spinlocks that this thread
// holds and of preempt_disable(), and bits for timers and the like. At the end of each call it must
// be what it was at the beginning.
int* platform_atomic_depth(void);
// The locks that this thread holds. `kind`: "mutex". released: whether it was one of them.
void platform_lock_taken(const void* lock, const char* kind);
int platform_lock_released(const void* lock);
int platform_lock_held(const void* lock);
// A line of the log for each, with where it was taken.
void platform_log_locks(int level);
// The first lock that a thread holds in [begin, begin + size); NULL: none of this thread's.
const void* platform_lock_within(const void* begin, size_t size);

// Another thread, which is called `name` from now on and runs run(argument). 0; -EAGAIN.
int platform_thread_start(const char* name, void (*run)(void*), void* argument);
// This thread is called that, in the log and by `current`.
void platform_become(const char* name);
// Runs a function as module code: 0; -1 if it faulted, which the log tells.
int platform_call(void (*function)(void*), void* argument);
// Leaves the call that this thread is in, as if its function had returned.
__attribute__((noreturn)) void platform_leave(void);

// A file that a program gave along: its size in bytes, -ENOTBLK if it is neither a regular file nor
// a block device; what is read of it at a position: as much as there is. -errno.
long long platform_file_size(int file);
long platform_file_read(int file, void* to, size_t size, unsigned long long position);
// A regular file of the machine, to be read as this process may: its number; -EINVAL if it is none.
int platform_file_open(const char* path);
void platform_file_close(int file);

// The calling process's memory, as far as it may be reached: how many bytes were copied, from its
// address `from`, to its address `to`. With NULL for the kernel's side: how many could be.
size_t platform_user_read(void* here, const void* from, size_t size);
size_t platform_user_write(void* to, const void* here, size_t size);

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

// See Host::request_module. cause: NULL: the module whose code this thread is in, else the open of
// the file that it is for.
int platform_request_module(const char* name, const char* cause, int wait);

// Writes to an eventfd.
void platform_event_signal(int event);
// As kill(2), to one process; nothing for a pid that is none.
void platform_kill(int pid, int signal);

// Ends the call that this thread is in as a fault does, with this text.
__attribute__((noreturn)) void platform_bug(const char* text);
// The return addresses of this thread's module code and API, innermost first; how many.
int platform_backtrace(unsigned long* to, int limit);

#ifdef __cplusplus
}
#endif
