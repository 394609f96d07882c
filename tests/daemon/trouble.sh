#!/usr/bin/env bash
# kerneld whose disk is full, and which is not run for a while: requests are answered all the same, what could be recorded
# is, once there is space, and the kernel's requests come to it again.
set -eu
. "$(dirname "$0")/lib.bash" trouble
unshare --user --map-root-user --mount mount -t tmpfs none /mnt 2>/dev/null ||
  { echo "a filesystem cannot be mounted in a namespace here"; exit 77; }
mkdir "$work/disk"
ask() { "$kmodern" use nls "$1" </dev/null >/dev/null 2>&1 && fail "there is a table $1"; true; }
answered() { "$kmodern" status --json | sed -n 's/^ *"total": \([0-9]*\).*/\1/p'; }

"$kmodern" kernel start trouble >/dev/null
printf '[daemon]\nstore = "%s/disk/requests.db"\nstore_limit = 1\n' "$work" >"$work/kerneld.toml"
# Its disk is seen only where it is mounted: in the namespace of the daemon.
unshare --user --map-root-user --mount bash -c 'mount -t tmpfs -o size=1m none "$1/disk" && exec "$2" -f "$1/kerneld.toml" -d "$1/root"' \
  - "$work" "$bin/kerneld" 2>"$work/log" &
daemon=$!
within 30 logged "serves user:trouble"
there() { nsenter --user --mount --preserve-credentials --target "$daemon" "$@"; }
requests() { there "$kmodern" requests -S "$work/disk/requests.db"; }
ask before
within 30 eval 'requests 2>/dev/null | grep -q nls_before'

there dd if=/dev/zero "of=$work/disk/ballast" bs=64k count=32 2>/dev/null && fail "the disk is not full"
for name in 1 2 3 4 5 6 7 8 9 10; do ask "$name$(printf '%040d' 0)"; done
same "$(answered)" 11 "requests that were answered with a full disk"
within 30 logged "requests are not recorded"

# While it is stopped, the kernel asks modprobe instead.
kill -STOP $daemon
ask stopped
there rm "$work/disk/ballast"
kill -CONT $daemon
within 30 logged "it asks here again"
ask again
same "$(answered)" 12 "requests that were answered after it was stopped"

within 30 logged "requests are recorded again; 0 have been lost"
same "$(grep -c "requests are not recorded" "$work/log")" 1 "how often it says that requests are not recorded"
requests >"$work/requests"
same "$(grep -c nls_ "$work/requests")" 12 "requests in the record"
kill $daemon
wait $daemon || fail "it does not end well"
daemon=
