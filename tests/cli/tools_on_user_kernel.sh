#!/usr/bin/env bash
# The tools against a user-space kernel: what loads, what is refused, and the reasons.
set -eu
[ -x "$KMODERN_BIN/../libexec/kmodern/ukernel" ] || { echo "the user-space kernel is not built: skipped"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:tools-$$
trap '"$KMODERN_BIN/kmodern" kernel stop "tools-$$" >/dev/null 2>&1; rm -rf "$work"' EXIT
cp -r "$KMODERN_SOURCE_DIR/sdk" "$KMODERN_SOURCE_DIR/modules" "$work"
PATH=$KMODERN_BIN:$PATH make -s -C "$work/sdk" M="$work/modules" modules >"$work/make.log" 2>&1 || { cat "$work/make.log"; exit 1; }
"$KMODERN_BIN/kmodern" kernel start "tools-$$" >/dev/null
cd "$work/modules"
failed=0

# refuses TEXT COMMAND...
refuses() {
  local text=$1 said status=0; shift
  said=$("$KMODERN_BIN/$1" "${@:2}" 2>&1) || status=$?
  [ "$status" = 1 ] && grep -qF -- "$text" <<<"$said" || { printf 'FAILED: %s\n wanted: %s\n got (%s): %s\n' "$*" "$text" "$status" "$said"; failed=1; }
}
refuses 'could not insert module greet.ko: Unknown symbol in module' insmod greet.ko
refuses 'it needs the module greeter, which is not loaded' insmod greet.ko
"$KMODERN_BIN/insmod" greeter.ko
"$KMODERN_BIN/insmod" greet.ko
refuses 'could not insert module greet.ko: File exists' insmod greet.ko
refuses 'Module greeter is in use by: greet' rmmod greeter
refuses 'rmmod: ERROR: Module nothing is not currently loaded' rmmod nothing
refuses "'abc' is no number" insmod parameters.ko count=abc
# After kmod's first line one line says the rest.
for try in 'insmod parameters.ko count=abc' 'insmod oops-null.ko' 'rmmod oops_null' 'rmmod greeter'; do
  said=$("$KMODERN_BIN/${try%% *}" ${try#* } 2>&1) && { echo "FAILED: $try did not fail"; failed=1; }
  [ "$(wc -l <<<"$said")" = 2 ] || { printf 'FAILED: %s says it in more or less than two lines:\n%s\n' "$try" "$said"; failed=1; }
done
"$KMODERN_BIN/kmodern" dmesg | grep -q 'guarded_call\|_Function_handler' && { echo "FAILED: the trace shows the core's own frames"; failed=1; }
"$KMODERN_BIN/insmod" hello.ko bogus=1 2>&1 | grep -q "no parameter 'bogus'" || { echo 'FAILED: bogus=1'; failed=1; }
[ "$("$KMODERN_BIN/lsmod" | awk '/^greeter/ { print $3, $4 }')" = '1 greet' ] || { echo 'FAILED: lsmod'; failed=1; }
"$KMODERN_BIN/kmodern" why greeter | grep -q 'held by greet' || { echo 'FAILED: why'; failed=1; }
"$KMODERN_BIN/rmmod" greet greeter hello
[ "$("$KMODERN_BIN/lsmod" | wc -l)" = 2 ] || { echo 'FAILED: not all but the crashed one unloaded'; failed=1; }
exit $failed
