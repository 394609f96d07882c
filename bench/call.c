// call: what single system calls take, in microseconds: least and median of 20,000 each. Run natively and under
// `kmodern run` it tells what being served costs; bench/call.sh does both, on one processor.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { calls = 20000 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int by_size(const void *first, const void *second) {
  double a = *(const double *)first, b = *(const double *)second;
  return (a > b) - (a < b);
}

static struct stat status;

static void not_intercepted(void) { syscall(SYS_getppid); }
static void delete_module(void) { syscall(SYS_delete_module, "nosuch", 0); }
static void stat_real(void) { stat("/usr/bin/env", &status); }
static void stat_view(void) { stat("/sys/module", &status); }
static void stat_nothing(void) { stat("/sys/module/nosuch", &status); }
static void open_relative(void) { close(open(".", O_RDONLY | O_DIRECTORY)); }
static void open_modules(void) { close(open("/proc/modules", O_RDONLY)); }

static const struct {
  const char *name;
  void (*call)(void);
} table[] = {
    {"getppid", not_intercepted},     {"delete_module", delete_module}, {"stat-real", stat_real},
    {"stat-view", stat_view},         {"stat-nothing", stat_nothing},   {"open-relative", open_relative},
    {"open-/proc/modules", open_modules},
};

static void measure(double *took, void (*call)(void)) {
  for (int i = 0; i < calls / 20; ++i)
    call();
  for (int i = 0; i < calls; ++i) {
    double began = now();
    call();
    took[i] = now() - began;
  }
  qsort(took, calls, sizeof took[0], by_size);
}

// Sends or takes a descriptor.
static int pass(int socket, int descriptor) {
  char byte = 0, control[CMSG_SPACE(sizeof descriptor)] = {0};
  struct iovec text = {&byte, 1};
  struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (descriptor < 0) {
    if (recvmsg(socket, &message, 0) != 1)
      exit(1);
    memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
    return descriptor;
  }
  *CMSG_FIRSTHDR(&message) =
      (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof descriptor)};
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, 0) == 1 ? descriptor : -1;
}

// A program whose delete_module(2) a supervisor answers that only reads the name: what no supervisor
// can be faster than.
static void measure_least(void) {
  static double took[calls];
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
    exit(1);
  if (fork() == 0) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_delete_module, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener < 0 || pass(sockets[0], listener) < 0)
      _exit(1);
    close(listener);
    measure(took, delete_module);
    printf("%.2f / %.2f\n", took[0], took[calls / 2]);
    fflush(stdout);
    _exit(0);
  }
  close(sockets[0]);
  int listener = pass(sockets[1], -1);
  // SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP of Linux 6.6.
  ioctl(listener, SECCOMP_IOW(4, __u64), 1UL);
  for (;;) {
    struct seccomp_notif call = {0};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
      break;
    char name[64];
    struct iovec local = {name, sizeof name}, remote = {(void *)call.data.args[0], 8};
    process_vm_readv((pid_t)call.pid, &local, 1, &remote, 1, 0);
    struct seccomp_notif_resp answer = {.id = call.id, .error = -2};
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
  while (wait(NULL) > 0)
    continue;
}

int main(int argc, char **argv) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(argc > 1 ? (unsigned)atoi(argv[1]) : 0, &one);
  if (sched_setaffinity(0, sizeof one, &one))
    perror("sched_setaffinity");
  if (argc > 2) {
    measure_least();
    return 0;
  }
  static double took[calls];
  for (size_t row = 0; row < sizeof table / sizeof table[0]; ++row) {
    measure(took, table[row].call);
    printf("%s %.2f %.2f\n", table[row].name, took[0], took[calls / 2]);
  }
  return 0;
}
