// What programs ask of the subsystems that modules register with: `kmodern use`. Each thing that can be
// used (a file of a mounted image, a socket, a digest) is an open file with operations of its subsystem:
// its open() gets the words, looks for a module that serves them, asks for one if there is none, and looks
// again. Plain C, for both sides.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct open_file;
struct file;
struct module;

// In file->private_data when open() is called, and good until it returns.
struct use_request {
  const char* const* words;  // "filesystem", "msdos", "disk.img", "cat", "/README.TXT"
  int count;
  int image;  // a file that came along, to be read until the open file's release; -1: none
};

// As file_prepare() in files.h. -ENOSYS: there is no such subsystem.
int use_prepare(const struct use_request* request, int flags, struct open_file** to);

#ifdef __cplusplus
}
#endif
