#!/usr/bin/env bash
# kmodern run where FUSE cannot be used: parameters are still written, devices are refused, and the log says why.
set -eu
if [[ ${1:-} != inside ]]; then
  unshare --map-root-user --mount true 2>/dev/null || { echo "no mounts of one's own are permitted"; exit 77; }
  exec unshare --map-root-user --mount "$BASH" "$0" inside
fi
source "$KMODERN_SOURCE_DIR/tests/fuse/common.bash"
mount --bind /dev/null /dev/fuse 2>/dev/null || { echo "no mounts of one's own are permitted"; exit 77; }
start_kernel
run() { "$kmodern" run -k user:fuse -- "$@"; }

even=/sys/module/parameters/parameters/even
same "$(run sh -c "echo 12 >$even; cat $even")" 12 'a parameter that was written'
has "$(run cat /dev/chardev 2>&1 || true)" 'Operation not supported'
has "$("$kmodern" dmesg)" 'devices cannot be opened by programs that are run'
same "$(run cat /sys/module/chardev/initstate)" live 'a text'
