// What the core asks of the C API about the files that modules make: the side of the system calls
// that is not the module's. Plain C, for both sides.
#pragma once

#ifdef __cplusplus
#include <cstddef>
extern "C" {
#else
#include <linux/types.h>
#endif

struct open_file;

// What stands at a path. mode: as st_mode, with the S_IF bits.
struct file_facts {
  unsigned mode, major, minor, uid, gid;
  unsigned long long size;
  int shared;        // a folder that is there without modules
  char target[256];  // of a link
};

// Paths are absolute and normalised. 0; -ENOENT; -ENXIO (the name of a device is registered, but no
// device stands behind it).
int files_find(const char* path, struct file_facts* to);
void files_list(const char* path, void (*visit)(void* to, const char* name), void* to);

// A file that is not open yet, with a reference on what is behind it. 0; -ENOENT; -ENXIO; -EISDIR;
// -ELOOP (a link); -EACCES; -ENOMEM.
int file_prepare(const char* path, int flags, struct open_file** to);
// Ends what file_prepare began, after file_release or a failed file_open.
void file_drop(struct open_file* file);

// Every call below stands between these two: who takes the file away waits for the calls that have
// begun. file_begin: 0, or the error of a file that was taken away. Not in a guarded call: a fault
// must not keep file_end from being reached.
int file_begin(struct open_file* file);
void file_end(struct open_file* file);

// F_SETFL of fcntl(2).
void file_set_flags(struct open_file* file, int flags);

// These run module code: only in a guarded call. Results as of the system calls, negative errno.
// position: NULL for the file's own.
long file_open(struct open_file* file);
long file_read(struct open_file* file, char* to, size_t size, long long* position);
long file_write(struct open_file* file, const char* from, size_t size, long long* position);
long file_seek(struct open_file* file, long offset, int whence);
long file_ioctl(struct open_file* file, unsigned command, unsigned long argument);
// The bits of poll(2). event: an eventfd that is written to when they change, until the next of these
// or file_release(); -1: none.
long file_poll(struct open_file* file, int event);
long file_fasync(struct open_file* file, int on, int owner);
// The pages behind `size` bytes (whole pages) from `offset` on, by their numbers (platform.h), -1 where
// nothing is; they stay mapped until file_release(). protection: PROT_READ (1), PROT_WRITE (2).
long file_map(struct open_file* file, unsigned long long offset, size_t size, int protection, long* pages);
long file_release(struct open_file* file);

// What points into memory that is about to go: files and devices are removed with a line in the log,
// those that are open give ENODEV from now on.
void files_forget(const void* begin, size_t size);

#ifdef __cplusplus
}
#endif
