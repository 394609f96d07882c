#!/usr/bin/env bash
# All of it as an ordinary user: the filesystem of `kmodern run` in a user namespace, the mount by fusermount3.
set -eu
if [[ $(id -u) == 0 ]]; then
  command -v setpriv >/dev/null || { echo "setpriv is not installed"; exit 77; }
  [[ -u $(command -v fusermount3) ]] || { echo "fusermount3 is not installed, or has no privilege"; exit 77; }
  [[ $(stat -c %a /dev/fuse) == 666 ]] || { echo "/dev/fuse is closed to users"; exit 77; }
  setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$KMODERN_BIN/kmodern" ||
    { echo "this build stands where users cannot reach it"; exit 77; }
  exec setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent bash "$0"
fi
source "$KMODERN_SOURCE_DIR/tests/fuse/common.bash"
start_kernel
said=$("$kmodern" run -k user:fuse -- "$work/calls" 2>&1) || {
  "$kmodern" dmesg | grep -q 'FUSE' && { echo "user namespaces are not permitted here"; exit 77; }
  fail "system calls: $said"
}
mount_it
same "$(stat -c %u "$mnt/dev/chardev")" "$(id -u)" 'the owner of a device'
"$work/calls" "$mnt" || fail 'system calls in the mount'
fusermount3 -u "$mnt"
soon not mounted
