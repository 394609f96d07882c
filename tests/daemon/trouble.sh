#!/usr/bin/env bash
# kerneld whose disk is full, and which is not run for a while: requests are answered all the same, what could be recorded
# is, once there is space, and the kernel's requests come to it again.
set -eu
bin=$KMODERN_BIN kmodern=$KMODERN_BIN/kmodern
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
unshare --user --map-root-user --mount mount -t tmpfs none /mnt 2>/dev/null ||
  { echo "a filesystem cannot be mounted in a namespace here"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:trouble
mkdir -m 700 "$work/runtime" "$work/disk"
daemon=
trap '[[ -z $daemon ]] || kill -9 $daemon 2>/dev/null; "$kmodern" kernel stop trouble >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "trouble: $*" >&2; cat "$work/log" >&2 || true; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }
within() { # within SECONDS COMMAND...: tries until it succeeds
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < until)) || fail "not in time: $*"
    sleep 0.05
  done
}
logged() { grep -qF -- "$1" "$work/log"; }
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
