// What the core asks of the C API about devices (chrdev.c): the side of open(2) that is not the
// module's. Plain C, for both sides.
#pragma once

#ifdef __cplusplus
#include <cstddef>
extern "C" {
#else
#include <linux/types.h>
#endif

struct device_file;

// The device numbers of a node: "/dev/NAME", "/dev/NAMEn" or "/dev/char/MAJOR:MINOR". 0; -ENOENT; -ENXIO
// (the name is registered, no device stands behind it).
int device_number(const char* path, unsigned* major, unsigned* minor);
void device_each(void (*visit)(void* to, const char* path, unsigned major, unsigned minor),
                 void* to);

// A file that is not open yet, with a reference on the module behind it. 0; -ENXIO; -ENOMEM.
int device_prepare(unsigned major, unsigned minor, int flags, struct device_file** to);
// Ends what device_prepare began, after device_release or a failed device_open.
void device_drop(struct device_file* file);

// These run module code: only in a guarded call. Results as of the system calls, negative errno.
long device_open(struct device_file* file);
long device_read(struct device_file* file, char* to, size_t size);
long device_write(struct device_file* file, const char* from, size_t size);
long device_seek(struct device_file* file, long offset, int whence);
long device_ioctl(struct device_file* file, unsigned command, unsigned long argument);
long device_release(struct device_file* file);

// What points into memory that is about to go: devices are removed with a line in the log, files give
// ENODEV from now on.
void device_forget(const void* begin, size_t size);

#ifdef __cplusplus
}
#endif
