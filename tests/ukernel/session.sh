#!/usr/bin/env bash
# A whole session with a user-space kernel: start, load, list, use a device, be refused, remove, read the log, stop.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:session
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop session >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "session: $*" >&2; exit 1; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }

[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR"/modules/*.[ch] "$KMODERN_SOURCE_DIR/modules/Makefile" "$work/modules"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
cd "$work/modules"

"$bin/lsmod" 2>"$work/error" && fail 'lsmod answers without a kernel'
has "$(<"$work/error")" '`kmodern kernel start session` starts it'

has "$("$bin/kmodern" kernel start session)" 'user:session is running (pid '
has "$("$bin/kmodern" kernel start session)" 'is running already'
has "$("$bin/kmodern" kernel list)" 'user:session'

"$bin/insmod" greet.ko 2>"$work/error" && fail 'greet loads without greeter'
has "$(<"$work/error")" 'greeter_greet'
"$bin/insmod" greeter.ko word=Moin
"$bin/insmod" greet.ko
[[ $("$bin/lsmod" | awk '$1 == "greeter" {print $3, $4}') == '1 greet' ]] || fail "$("$bin/lsmod")"
"$bin/rmmod" greeter 2>"$work/error" && fail 'greeter goes though greet uses it'
has "$(<"$work/error")" 'greet'

"$bin/insmod" chardev.ko
printf 'remember me\n' | "$bin/kmodern" open --write /dev/chardev
[[ $("$bin/kmodern" open --read /dev/chardev) == 'remember me' ]] || fail 'the device does not remember'

mkfifo "$work/held"
"$bin/kmodern" open /dev/chardev <"$work/held" >"$work/read" &
opener=$!
exec 9>"$work/held"
until [[ -s $work/read ]]; do sleep 0.01; done
"$bin/rmmod" chardev 2>"$work/error" && fail 'chardev goes while it is open'
has "$(<"$work/error")" "open file /dev/chardev by pid $opener (kmodern)"
exec 9>&-
wait "$opener"
"$bin/rmmod" chardev greet greeter
[[ $("$bin/lsmod" | wc -l) == 1 ]] || fail "something is left: $("$bin/lsmod")"

"$bin/insmod" oops-null.ko 2>"$work/error" && fail 'oops-null loads'
log=$("$bin/kmodern" dmesg)
has "$log" 'BUG: kernel NULL pointer dereference, address: 0000000000000008'
has "$log" '[oops_null]'
has "$("$bin/kmodern" kernel status session)" 'faulted   oops_null'
"$bin/insmod" hello.ko || fail 'the kernel did not live on'

# A follower ends when the kernel does.
"$bin/kmodern" dmesg -w >"$work/followed" 2>/dev/null &
follower=$!
until [[ -s $work/followed ]]; do sleep 0.01; done
"$bin/kmodern" kernel stop session
wait "$follower" && fail 'the follower saw no end'
has "$(<"$work/followed")" 'oops_null'
[[ -z $("$bin/kmodern" kernel list) ]] || fail 'it still runs'
"$bin/kmodern" dmesg 2>"$work/error" && fail 'a stopped kernel answers'
has "$(<"$work/error")" 'ECONNREFUSED'
