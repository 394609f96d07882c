# Each example module does what its comment says, in one user-space kernel that lives through all of them.
. "$(dirname "$0")/lib/common.sh"
cp -r "$source_dir/modules" "$work/modules"
sdk_make "$work/modules" modules > "$work/out" 2>&1 || fail "$(cat "$work/out")"
. "$(dirname "$0")/lib/kernel.sh"
cd "$work/modules"
log() { "$KMODERN" dmesg; }

"$KMODERN_BIN/insmod" hello.ko && "$KMODERN_BIN/rmmod" hello
log | grep -q "Hello, world!" || fail "hello did not greet"

"$KMODERN_BIN/insmod" parameters.ko number=-7 list=1,2,3 'text="two words"' quiet nochecks=1 even=4
log | grep -q 'number=-7' || fail "number"
log | grep -q 'quiet=1 checks=0 text="two words" label="short" even=4' || fail "$(log)"
log | grep -q 'list has 3: 1 2 3' || fail "list: $(log)"
"$KMODERN_BIN/rmmod" parameters
! "$KMODERN_BIN/insmod" parameters.ko even=3 2> "$work/error" || fail "an odd number was taken"

! "$KMODERN_BIN/insmod" greet.ko 2> "$work/error" || fail "greet loaded without greeter"
"$KMODERN_BIN/insmod" greeter.ko word=Welcome && "$KMODERN_BIN/insmod" greet.ko
[ "$("$KMODERN" open /dev/greet < /dev/null)" = "Welcome, whoever you are! This is greeting 1." ] || fail "/dev/greet"
! "$KMODERN_BIN/rmmod" greeter 2> "$work/error" || fail "greeter went while greet needs it"
"$KMODERN_BIN/rmmod" greet && "$KMODERN_BIN/rmmod" greeter

"$KMODERN_BIN/insmod" chardev.ko
printf 'remember me' | "$KMODERN" open /dev/chardev > /dev/null
[ "$("$KMODERN" open /dev/chardev < /dev/null)" = "remember me" ] || fail "/dev/chardev forgot"
"$KMODERN_BIN/rmmod" chardev

"$KMODERN_BIN/insmod" holder.ko
echo 1 | "$KMODERN" open /dev/holder > /dev/null 2>&1 || true
! "$KMODERN_BIN/rmmod" holder 2> "$work/error" || fail "holder went while it holds itself"
echo 0 | "$KMODERN" open /dev/holder > /dev/null 2>&1 || true
"$KMODERN_BIN/rmmod" holder

! "$KMODERN_BIN/insmod" init-fails.ko 2> "$work/error" || fail "init-fails loaded"
log | grep -q 'init returns -ENODEV' || fail "init-fails"
"$KMODERN_BIN/insmod" init-fails.ko error=0 && "$KMODERN_BIN/rmmod" init_fails

for kind in null divide jump; do ! "$KMODERN_BIN/insmod" oops-$kind.ko 2> "$work/error" || fail "oops-$kind loaded"; done
log | grep -q 'BUG: kernel NULL pointer dereference, address: 0000000000000008' || fail "oops-null: $(log)"
log | grep -q 'divide error' || fail "oops-divide"
log | grep -q 'do_harm+0x.*\[oops_jump\]' || fail "oops-jump has no backtrace: $(log)"
"$KMODERN_BIN/insmod" hello.ko || fail "the kernel did not live on"
