#!/usr/bin/env bash
# kmodern run: what a program opens of a module behaves as a file of the kernel.
set -eu
source "$KMODERN_SOURCE_DIR/tests/fuse/common.bash"
start_kernel
run() { "$kmodern" run -k user:fuse -- "$@"; }

run "$work/calls" || fail 'system calls'
same "$(run sh -c 'echo from a program >/dev/chardev; cat /dev/chardev')" 'from a program' 'a device'
same "$(run dd if=/dev/chardev bs=1 skip=5 count=1 status=none)" a 'dd with an offset'
same "$(run sh -c 'exec 3</dev/chardev; readlink /proc/self/fd/3')" /dev/chardev 'the name of an open file'

# Errors reach the writer.
said=$(run bash -c 'echo 3 >/sys/module/parameters/parameters/even' 2>&1) && fail 'an odd number is taken'
has "$said" 'Invalid argument'
run bash -c 'echo 12 >/sys/module/parameters/parameters/even'
same "$("$kmodern" cat /sys/module/parameters/parameters/even)" 12 'a parameter'

# An open file uses its module, until the last of its copies is closed.
same "$(run bash -c 'exec 3</dev/chardev; exec 4<&3 3<&-; cat /sys/module/chardev/refcnt; exec 4<&-')" 1 'refcnt'
for ((i = 0; i < 20; i++)); do
  run bash -c 'exec 3</dev/chardev; exec 3<&-; exec "$1" chardev' - "$KMODERN_BIN/rmmod" ||
    fail 'a file that was closed keeps its module'
  "$KMODERN_BIN/insmod" "$work/modules/chardev.ko"
done

# Who waits for a module keeps nobody else waiting.
same "$(run bash -c 'cat /dev/slow & cat /proc/sys/kernel/tainted; kill $!; wait')" 4096 'beside a reader that waits'

# Fifty at once.
run bash -c 'for ((i = 0; i < 50; i++)); do
    (for ((j = 0; j < 5; j++)); do echo $i >/dev/chardev && cat /dev/chardev >/dev/null || exit 1; done) & all[i]=$!
  done
  for one in "${all[@]}"; do wait "$one" || exit 1; done' || fail 'fifty at once'
