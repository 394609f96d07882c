// modcall: the module system calls with any arguments, good or bad; prints what they return.
//   modcall init FILE|bad|LENGTH [PARAMETERS|bad]       init_module
//   modcall finit FILE|bad|write:FILE [PARAMETERS|bad] [FLAGS]   finit_module
//   modcall delete NAME|bad [FLAGS]                     delete_module; FLAGS as in 0x200 (O_TRUNC), 0x800 (O_NONBLOCK)
// PARAMETERS `long:N` are N bytes. `bad` is an address, or a descriptor, that is not there.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *text(const char *word) {
  if (!strcmp(word, "bad"))
    return (const char *)8;
  if (strncmp(word, "long:", 5))
    return word;
  size_t size = strtoul(word + 5, NULL, 0);
  char *filled = malloc(size + 1);
  memset(filled, 'x', size);
  filled[size] = 0;
  return filled;
}

static long init_file(const char *file, const char *parameters) {
  if (!strcmp(file, "bad"))
    return syscall(SYS_init_module, (void *)8, 4096ul, parameters);
  int fd = open(file, O_RDONLY);
  struct stat status;
  if (fd < 0 || fstat(fd, &status)) { // a length: of that many zeros
    unsigned long length = strtoul(file, NULL, 0);
    return syscall(SYS_init_module, calloc(1, length + 1), length, parameters);
  }
  char *image = malloc((size_t)status.st_size + 1);
  if (read(fd, image, (size_t)status.st_size) != status.st_size)
    exit(125);
  close(fd);
  return syscall(SYS_init_module, image, (unsigned long)status.st_size, parameters);
}

static long finit_file(const char *file, const char *parameters, int flags) {
  int fd = 900;
  if (!strncmp(file, "write:", 6))
    fd = open(file + 6, O_WRONLY);
  else if (strcmp(file, "bad"))
    fd = open(file, O_RDONLY);
  return syscall(SYS_finit_module, fd, parameters, flags);
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 125;
  const char *third = argc > 3 ? argv[3] : "";
  long result;
  if (!strcmp(argv[1], "init"))
    result = init_file(argv[2], text(third));
  else if (!strcmp(argv[1], "finit"))
    result = finit_file(argv[2], text(third), argc > 4 ? (int)strtol(argv[4], NULL, 0) : 0);
  else
    result = syscall(SYS_delete_module, text(argv[2]), (unsigned)strtoul(third, NULL, 0));
  printf("%s\n", result < 0 ? strerrorname_np(errno) : "0");
  return 0;
}
