#!/usr/bin/env bash
# A program under kmodern run that waits for another's load is ended by a signal; the load goes on.
set -eu
kmodern=$KMODERN_BIN/kmodern
[[ -x $KMODERN_BIN/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
[[ -r /proc/self/syscall ]] || { echo "/proc/PID/syscall cannot be read"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:waits
mkdir -m 700 "$work/runtime"
trap '"$kmodern" kernel stop waits >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "interrupted: $*" >&2; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }
soon() {
  local i
  for ((i = 0; i < 1500; i++)); do
    "$@" 2>/dev/null && return
    sleep 0.02
  done
  fail "in vain: $*"
}

mkdir "$work/modules"
cat >"$work/modules/lazy.c" <<'C'
#include <linux/delay.h>
#include <linux/module.h>

static int go;
module_param(go, int, 0644);

static int __init lazy_init(void)
{
	while (!READ_ONCE(go))
		msleep(20);
	return 0;
}

static void __exit lazy_exit(void)
{
}

module_init(lazy_init);
module_exit(lazy_exit);
MODULE_LICENSE("GPL");
C
echo 'obj-m := lazy.o' >"$work/modules/Kbuild"
PATH=$KMODERN_BIN:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
"$kmodern" kernel start waits >/dev/null
# KMODERN_KERNEL is for kmodern's own tools; insmod is one that makes system calls.
load() { exec "$kmodern" run -k user:waits -- env -u KMODERN_KERNEL "$KMODERN_BIN/insmod" "$work/modules/lazy.ko"; }
state() { [[ $("$kmodern" cat /sys/module/lazy/initstate) == "$1" ]]; }

load &
first=$!
soon state coming
"$kmodern" run -k user:waits -- sh -c 'echo $$; exec env -u KMODERN_KERNEL "$@"' - \
  "$KMODERN_BIN/insmod" "$work/modules/lazy.ko" >"$work/second" 2>&1 &
second=$!
in_finit_module() { [[ $(cut -d ' ' -f 1 "/proc/$(head -n 1 "$work/second")/syscall") == 313 ]]; }
soon in_finit_module
kill -TERM "$second"
status=0; wait "$second" || status=$?
same "$status" 143 'status of a load that a signal ended'
state coming || fail 'the first load is over'
"$kmodern" run -k user:waits -- sh -c 'echo 1 >/sys/module/lazy/parameters/go'
wait "$first" || fail 'the first load failed'
state live || fail 'not loaded'
