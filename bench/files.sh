#!/usr/bin/env bash
# How long open, read and close of a user-space kernel's files take, by `kmodern run` and `kmodern mount`, beside a
# plain file's; all on one processor, since waking another one costs more than all the rest in a virtual machine.
# RUNS=20000 BIN=build/release/bin
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$here/build/release/bin}
runs=${RUNS:-20000}
(: <>/dev/fuse) 2>/dev/null || { echo "/dev/fuse cannot be opened"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:bench
mkdir -m 700 "$work/runtime" "$work/mnt" "$work/modules"
trap '"$bin/kmodern" kernel stop bench >/dev/null 2>&1 || true; umount -l "$work/mnt" 2>/dev/null || true; rm -rf "$work"' EXIT
pinned() { taskset -c 0 "$@"; }

cat >"$work/cycle.c" <<'END'
// The median of ten rounds, in nanoseconds for one open, read and close: cycle PATH RUNS
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int compare(const void* a, const void* b) { return *(long*)a < *(long*)b ? -1 : *(long*)a > *(long*)b; }

int main(int argc, char** argv) {
  long rounds[10], runs = atol(argv[2]) / 10;
  char text[64];
  for (int round = 0; round < 10; ++round) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (long i = 0; i < runs; ++i) {
      int file = open(argv[1], O_RDONLY);
      if (file < 0 || read(file, text, sizeof text) <= 0) return perror(argv[1]), 1;
      close(file);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    rounds[round] = ((to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec) / runs;
  }
  qsort(rounds, 10, sizeof *rounds, compare);
  printf("%ld\n", rounds[5]);
}
END
gcc -O2 -o "$work/cycle" "$work/cycle.c"
cp "$here/modules/chardev.c" "$work/modules"
echo 'obj-m := chardev.o' >"$work/modules/Kbuild"
PATH=$bin:$PATH make -s -C "$here/sdk" "M=$work/modules" modules >/dev/null
pinned "$bin/kmodern" kernel start bench >/dev/null
"$bin/insmod" "$work/modules/chardev.ko"
"$bin/kmodern" mount "$work/mnt"
echo content >"$work/mnt/dev/chardev"
echo content >"$work/plain"

plain=$(pinned "$work/cycle" "$work/plain" "$runs")
report() { # report WHAT COMMAND...
  local what=$1 time
  shift
  time=$(pinned "$@" "$runs")
  awk -v what="$what" -v time="$time" -v plain="$plain" \
    'BEGIN { printf "%-28s %7.2f us, %5.1f times a plain file\n", what, time / 1000, time / plain }'
}
awk -v plain="$plain" 'BEGIN { printf "%-28s %7.2f us\n", "a plain file", plain / 1000 }'
report 'mount: text (refcnt)' "$work/cycle" "$work/mnt/sys/module/chardev/refcnt"
report 'mount: a device' "$work/cycle" "$work/mnt/dev/chardev"
report 'run: text (refcnt)' "$bin/kmodern" run -k user:bench -- "$work/cycle" /sys/module/chardev/refcnt
report 'run: a device' "$bin/kmodern" run -k user:bench -- "$work/cycle" /dev/chardev
