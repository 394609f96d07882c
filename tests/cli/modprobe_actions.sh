#!/usr/bin/env bash
# modprobe on a kernel that only records: what it prints, on which stream, and with which exit status.
set -uo pipefail
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}/debian
release=$(ls "$cache" 2>/dev/null | head -1 || true)
[ -n "$release" ] || { echo "skipped: no Debian kernel in $cache"; exit 77; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
unset MODPROBE_OPTIONS KMODERN_KERNEL
modules=$work/lib/modules/$release
mkdir -p "$modules/kernel"
for name in ext4 jbd2 mbcache crc16 crc32c_generic loop; do
  find "$cache/$release/lib/modules/$release/kernel" -name "$name.ko" -exec cp {} "$modules/kernel" \;
done
cp "$cache/$release/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$modules"
"$KMODERN_BIN/depmod" -b "$work" "$release" 2>/dev/null || { echo "depmod failed"; exit 1; }
ko=$modules/kernel
conf=$work/conf
mkdir "$conf"
# The machine's own configuration and command line shall not matter.
empty=$work/empty; mkdir "$empty"

failures=0
# expect STATUS STDOUT STDERR-PATTERN -- ARGUMENTS: stdout whole, stderr by a regular expression ("" = none).
expect() {
  local status=$1 out=$2 pattern=$3; shift 4
  local got_out got_err got_status
  got_out=$("$KMODERN_BIN/modprobe" -d "$work" -S "$release" -C "${config:-$empty}" --kernel record "$@" 2>"$work/err")
  got_status=$?; got_err=$(cat "$work/err")
  if [ "$got_status" != "$status" ] || [ "$got_out" != "$out" ] ||
     { [ -z "$pattern" ] && [ -n "$got_err" ]; } || ! grep -qE -- "$pattern" <<<"$got_err"; then
    failures=$((failures + 1))
    printf 'modprobe %s:\n  status %s, expected %s\n  stdout: %s\n  expected: %s\n  stderr: %s\n  expected: %s\n' \
      "$*" "$got_status" "$status" "$got_out" "$out" "$got_err" "$pattern"
  fi
}

# Loading.
expect 0 "insmod $ko/crc16.ko" "" -- crc16
expect 0 "insmod $ko/crc16.ko a=1 b=\"x y\"" "" -- crc16 a=1 "b=x y"
expect 0 "insmod $ko/crc16.ko a='x y' b=\"x \"y\"\"" "" -- crc16 "a='x y'" 'b=x "y"'
expect 0 "insmod $ko/crc16.ko " "" -- -n crc16
expect 0 "insmod $ko/crc16.ko
insmod $ko/loop.ko" "" -- --all crc16 loop
expect 0 "insmod $ko/crc16.ko" "" -- "$ko/crc16.ko"
expect 0 "" "" -- atkbd
expect 0 "builtin atkbd" "" -- -D atkbd
expect 1 "" "could not insert 'atkbd': Module already in kernel" -- --first-time atkbd

# What is not there: three reasons.
expect 1 "" "FATAL: Module ext5 not found in directory $modules" -- ext5
expect 1 "" "near to it: ext4" -- ext5
expect 1 "insmod $ko/crc16.ko" "WARNING: Module nosuch not found in directory" -- -a nosuch crc16
expect 1 "" "module directory is not there" -- -S 99.9 ext4
mkdir -p "$work/lib/modules/98.9"
expect 1 "" "depmod has not run there" -- -S 98.9 ext4
expect 1 "" "" -- -q nosuch

# Removal.
expect 0 "" "" -- -r crc16
expect 1 "" "FATAL: Module crc16 is not in kernel\." -- -r --first-time crc16
expect 1 "" "FATAL: Module nosuch not found\." -- -r nosuch
# Without -a the first failure is the end, with it a warning.
expect 1 "" "FATAL: Module nosuch not found\." -- -r nosuch atkbd
expect 1 "" "WARNING: Module nosuch not found\." -- -r -a nosuch atkbd
expect 1 "" "WARNING: Module atkbd is builtin\." -- -r -a nosuch atkbd
expect 1 "" "FATAL: Module atkbd is builtin\." -- -r atkbd
expect 1 "" "unexpected wait value 'x'" -- -r -w x crc16
expect 0 "" "WARNING: '--remove-dependencies' is deprecated" -- --remove-dependencies crc16

# The command line.
expect 1 "" "missing parameters. See -h." --
expect 1 "" "missing parameters. See -h." -- -q
expect 1 "" "unrecognized option '--wobble'" -- --wobble
expect 0 "insmod $ko/crc16.ko " "" -- --show-dep crc16
expect 0 "insmod $ko/crc16.ko " "" -- --show crc16
expect 0 "crc16" "" -- --resolve-alias crc16
expect 0 "crc16" "" -- -R symbol:crc16
expect 0 "crc16" "" -- -R crc16 loop
expect 0 "crc16
loop" "" -- -R -a crc16 loop
expect 0 "0xbd6841d4	crc16
0x146289b7	crc16_table" "" -- --show-exports "$ko/crc16.ko"
expect 0 "0x5b8239ca	__x86_return_thunk
0x9060323f	module_layout" "" -- --show-modversions "$ko/crc16.ko"
expect 1 "" "FATAL: could not get symbols of .*: No data available" -- --show-exports "$ko/loop.ko"
expect 1 "" "FATAL: Module /nowhere.ko not found\." -- --show-exports /nowhere.ko
MODPROBE_OPTIONS="-D '-q'" expect 0 "insmod $ko/crc16.ko " "" -- crc16

# Configuration.
config=$conf
cat > "$conf/a.conf" <<'END'
alias disk ext9
alias two crc16
alias two loop
blacklist loop
install crc32c_generic env | grep -c ^MODPROBE_MODULE=crc32c_generic$; echo opts $CMDLINE_OPTS
install jbd2 exit 3
softdep jbd2 pre: crc16
wobble
END
notice="$conf/a.conf line 8: ignoring bad line starting with 'wobble'"
expect 0 "1
opts a=1" "$notice" -- crc32c_generic a=1
expect 0 "insmod $ko/crc32c_generic.ko a=1" "$notice" -- -i crc32c_generic a=1
expect 1 "" "FATAL: Module ext9 not found in directory" -- disk
expect 0 "insmod $ko/crc16.ko" "$notice" -- two
expect 0 "" "$notice" -- -b loop
# kmod inserts it all the same, because of the softdep.
before="insmod $ko/crc16.ko
1
opts"
expect 1 "$before" "could not insert 'jbd2': Invalid argument" -- jbd2
expect 1 "$before" "command ended with exit status 3: exit 3" -- jbd2
# The dependency that failed is named.
expect 1 "$before" "'ext4' needs it and was not inserted" -- ext4
expect 1 "$before" "could not insert 'jbd2': Invalid argument" -- ext4
config=$work/nowhere
expect 0 "insmod $ko/crc16.ko" "WARNING: $work/nowhere: cannot read this configuration" -- crc16
config=
"$KMODERN_BIN/modprobe" -d "$work" -S "$release" -C "$empty" -D --json crc16 | grep -q '"role": "requested"' ||
  { echo "-D --json lacks the role"; failures=$((failures + 1)); }
if command -v python3 >/dev/null; then
  "$KMODERN_BIN/modprobe" -d "$work" -S "$release" -C "$empty" -D --json ext4 | python3 -c '
import json, sys
steps = json.load(sys.stdin)[0]["steps"]
assert steps[-1]["module"] == "ext4" and steps[0]["role"] in ("dependency", "softdep pre"), steps' || failures=$((failures + 1))
fi
echo "$failures failures"
[ "$failures" -eq 0 ]
