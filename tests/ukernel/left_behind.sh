#!/usr/bin/env bash
# What a module has not cleaned up is told by rmmod and the log, with the place where it was acquired, and taken away.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:left
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop left >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "left_behind: $*" >&2; exit 1; }
has() { grep -qE -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }

[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR"/modules/{leaky,forgetful}.c "$work/modules"
echo 'obj-m := leaky.o forgetful.o' >"$work/modules/Kbuild"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
"$bin/kmodern" kernel start left >"$work/out"

"$bin/insmod" "$work/modules/leaky.ko"
"$bin/rmmod" leaky 2>"$work/error" || fail "leaky stays: $(<"$work/error")"
has "$(<"$work/error")" 'leaky left behind: 2 blocks of memory \(80 bytes\) from take\+0x[0-9a-f]+/0x[0-9a-f]+ \[leaky\]; freed'
log=$("$bin/kmodern" dmesg)
has "$log" 'leaky: left behind: 2 blocks of memory \(80 bytes\); freed'
# Init's memory is gone, its names are known all the same.
has "$log" ' (leaky_init|init_module)\+0x[0-9a-f]+/0x[0-9a-f]+ \[leaky\]'
[[ $(grep -c 'left behind' <<<"$log") == 1 ]] || fail "more is told than there was: $log"
[[ $("$bin/lsmod" | wc -l) == 1 ]] || fail 'leaky is still there'

"$bin/insmod" "$work/modules/forgetful.ko"
"$bin/rmmod" forgetful 2>"$work/error" || fail "forgetful stays: $(<"$work/error")"
has "$(<"$work/error")" 'forgetful left behind: timer from .*\[forgetful\]; deleted'
has "$(<"$work/error")" 'forgetful left behind: pending work from .*\[forgetful\]; cancelled'

# A thread that does not end keeps its module.
"$bin/insmod" "$work/modules/forgetful.ko" thread=1
"$bin/rmmod" forgetful 2>"$work/error" && fail 'forgetful goes with a thread in it'
has "$(<"$work/error")" 'kernel thread forgotten still runs'
has "$("$bin/kmodern" dmesg)" 'forgetful: left behind: kernel thread forgotten; kept'
has "$("$bin/kmodern" kernel status left)" 'faulted   forgetful'
