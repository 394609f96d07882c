// call: what single system calls take, in microseconds: least and median of 20,000 each. Run natively and under
// `kmodern run` it tells what being served costs; bench/call.sh does both, on one processor.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

// There and back between two processes.
static void measure_switches(void) {
  static double took[calls];
  int there[2], back[2];
  char byte = 0;
  if (pipe(there) || pipe(back))
    exit(1);
  pid_t other = fork();
  if (other == 0) {
    close(there[1]);
    while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
      continue;
    _exit(0);
  }
  for (int i = 0; i < calls; ++i) {
    double began = now();
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
      exit(1);
    took[i] = now() - began;
  }
  close(there[1]);
  waitpid(other, NULL, 0);
  qsort(took, calls, sizeof took[0], by_size);
  printf("%.2f / %.2f\n", took[0], took[calls / 2]);
}

int main(int argc, char **argv) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(argc > 1 ? (unsigned)atoi(argv[1]) : 0, &one);
  if (sched_setaffinity(0, sizeof one, &one))
    perror("sched_setaffinity");
  if (argc > 2) {
    measure_switches();
    return 0;
  }
  static double took[calls];
  for (size_t row = 0; row < sizeof table / sizeof table[0]; ++row) {
    for (int i = 0; i < calls / 20; ++i)
      table[row].call();
    for (int i = 0; i < calls; ++i) {
      double began = now();
      table[row].call();
      took[i] = now() - began;
    }
    qsort(took, calls, sizeof took[0], by_size);
    printf("%s %.2f %.2f\n", table[row].name, took[0], took[calls / 2]);
  }
  return 0;
}
