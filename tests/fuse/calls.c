// The system calls on descriptors of the example modules' files, below the folder that is named:
// what a shell cannot make. Says what went wrong, and exits with 1.
//   calls [ROOT]
//   calls --interrupted ROOT    while nobody writes to /dev/sleeper
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ioctl.h"

#define EXPECT(condition) \
  ((condition)            \
       ? (void)0          \
       : (fprintf(stderr, "line %d: %s (%s)\n", __LINE__, #condition, strerror(errno)), exit(1)))

static int opened(const char* root, const char* path, int flags) {
  char name[4096];
  snprintf(name, sizeof name, "%s%s", root, path);
  int file = open(name, flags);
  if (file < 0) fprintf(stderr, "%s: %s\n", name, strerror(errno)), exit(1);
  return file;
}

static void commands(const char* root) {
  int file = opened(root, "/dev/ioctl", O_RDWR);
  int value = 42;
  EXPECT(ioctl(file, IOCTL_SET, &value) == 0);
  value = 0;
  EXPECT(ioctl(file, IOCTL_GET, &value) == 0 && value == 42);
  EXPECT(ioctl(file, IOCTL_RESET) == 0);
  EXPECT(ioctl(file, IOCTL_GET, &value) == 0 && value == 0);
  struct ioctl_sum sum = {.a = 3, .b = 4};
  EXPECT(ioctl(file, IOCTL_ADD, &sum) == 0 && sum.sum == 7);
  EXPECT(ioctl(file, _IOR('k', 99, int), &value) == -1 && errno == ENOTTY);
  // More than the number tells, at the end of what is mapped, too.
  char* page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(munmap(page + 4096, 4096) == 0);
  char* text = strcpy(page + 4096 - 24, "more than eight letters");
  EXPECT(ioctl(file, IOCTL_UPPER, text) == 23 && strcmp(text, "MORE THAN EIGHT LETTERS") == 0);
  EXPECT(ioctl(file, IOCTL_UPPER, page + 4096) == -1 && errno == EFAULT);
  // It has neither read nor positions.
  char byte;
  EXPECT(read(file, &byte, 1) == -1 && errno == EINVAL);
  EXPECT(lseek(file, 0, SEEK_SET) == -1 && errno == ESPIPE);
  close(file);
}

// Nothing longer than this was written to the device yet.
static void positions(const char* root) {
  int file = opened(root, "/dev/chardev", O_RDWR);
  char text[8] = "";
  EXPECT(write(file, "abcdef", 6) == 6);
  EXPECT(lseek(file, 0, SEEK_CUR) == 6);
  EXPECT(lseek(file, 2, SEEK_SET) == 2);
  EXPECT(read(file, text, 2) == 2 && memcmp(text, "cd", 2) == 0);
  EXPECT(read(file, text, 8) == 2 && memcmp(text, "ef", 2) == 0);
  EXPECT(read(file, text, 8) == 0);
  EXPECT(pread(file, text, 3, 1) == 3 && memcmp(text, "bcd", 3) == 0);
  EXPECT(lseek(file, 0, SEEK_END) == 6);
  EXPECT(pwrite(file, "X", 1, 0) == 1);
  EXPECT(pread(file, text, 2, 0) == 2 && memcmp(text, "Xb", 2) == 0);
  EXPECT(pwrite(file, "x", 1, 4096) == -1 && errno == ENOSPC);
  EXPECT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0) == MAP_FAILED && errno == ENODEV);
  close(file);
}

// A descriptor and its copies, of dup(2) and fork(2), have one position.
static void copies(const char* root) {
  int file = opened(root, "/dev/chardev", O_RDONLY);
  int copy = dup(file);
  char text[2];
  EXPECT(read(file, text, 1) == 1 && text[0] == 'X');
  EXPECT(read(copy, text, 1) == 1 && text[0] == 'b');
  close(file);
  pid_t child = fork();
  if (child == 0) _exit(read(copy, text, 1) == 1 && text[0] == 'c' ? 0 : 1);
  int status;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
  EXPECT(read(copy, text, 1) == 1 && text[0] == 'd');
  close(copy);
}

// What has no poll of its own is always ready.
static void readiness(const char* root) {
  int file = opened(root, "/dev/chardev", O_RDWR);
  struct pollfd wanted = {.fd = file, .events = POLLIN | POLLOUT};
  EXPECT(poll(&wanted, 1, 0) == 1 && wanted.revents == (POLLIN | POLLOUT));
  fd_set reading;
  FD_ZERO(&reading);
  FD_SET(file, &reading);
  EXPECT(select(file + 1, &reading, NULL, NULL, NULL) == 1);
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, file, &event) == 0);
  EXPECT(epoll_wait(set, &event, 1, 0) == 1 && event.events == EPOLLIN);
  close(set);
  close(file);
}

// Whether a descriptor waits can be changed while it is open.
static void waiting(const char* root) {
  int file = opened(root, "/dev/slow", O_RDONLY);
  char byte;
  EXPECT(fcntl(file, F_SETFL, O_NONBLOCK) == 0);
  EXPECT(read(file, &byte, 1) == -1 && errno == EAGAIN);
  close(file);
  file = opened(root, "/dev/slow", O_RDONLY | O_NONBLOCK);
  EXPECT(read(file, &byte, 1) == -1 && errno == EAGAIN);
  close(file);
}

// /dev/ready is ready for readers when something was written to it.
static void wakes(const char* root) {
  int file = opened(root, "/dev/ready", O_RDWR);
  struct pollfd wanted = {.fd = file, .events = POLLIN};
  EXPECT(poll(&wanted, 1, 0) == 0);
  pid_t child = fork();
  if (child == 0) {
    usleep(50000);
    _exit(write(file, "x", 1) == 1 ? 0 : 1);
  }
  EXPECT(poll(&wanted, 1, 60000) == 1 && wanted.revents == POLLIN);
  int status;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
  char byte;
  EXPECT(read(file, &byte, 1) == 1 && byte == 'x');
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, file, &event) == 0);
  EXPECT(epoll_wait(set, &event, 1, 0) == 0);
  EXPECT(write(file, "y", 1) == 1);
  EXPECT(epoll_wait(set, &event, 1, 60000) == 1 && event.events == EPOLLIN);
  EXPECT(read(file, &byte, 1) == 1 && byte == 'y');
  close(set);
  close(file);
}

// Each write to a parameter is one store, whose refusal the writer sees.
static void stores(const char* root) {
  int file = opened(root, "/sys/module/parameters/parameters/even", O_RDWR | O_TRUNC);
  char text[8] = "";
  EXPECT(write(file, "3", 1) == -1 && errno == EINVAL);
  EXPECT(write(file, "6\n", 2) == 2);
  EXPECT(pread(file, text, sizeof text, 0) == 2 && memcmp(text, "6\n", 2) == 0);
  EXPECT(write(file, "8", 1) == 1);
  EXPECT(pread(file, text, sizeof text, 0) == 2 && memcmp(text, "8\n", 2) == 0);
  close(file);
}

static void on_alarm(int signal) { (void)signal; }

// A handled signal ends the wait, and the process goes on.
static void interrupted(const char* root) {
  int file = opened(root, "/dev/sleeper", O_RDONLY);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  // More than one: the first may come before the read.
  struct itimerval soon = {.it_interval = {.tv_usec = 100000}, .it_value = {.tv_usec = 100000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  char text;
  EXPECT(read(file, &text, 1) == -1 && errno == EINTR);
  close(file);
}

int main(int argc, char** argv) {
  if (argc > 2) return interrupted(argv[2]), 0;

  const char* root = argc > 1 ? argv[1] : "";
  commands(root);
  positions(root);
  copies(root);
  readiness(root);
  waiting(root);
  wakes(root);
  stores(root);
  return 0;
}
