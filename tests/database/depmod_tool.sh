#!/usr/bin/env bash
# depmod as scripts see it: what it prints, where, and with which exit status.
set -u
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
depmod="$KMODERN_BIN/depmod -C $work/none"
release=6.1.0-test
tree=$work/root/lib/modules/$release
mkdir -p "$tree/kernel"
failures=0

# A module that gives the symbols in $2 and takes those in $3.
module() { # PATH GIVES TAKES
  {
    for symbol in $2; do
      printf '.local __ksymtab_%s\n__ksymtab_%s:\n.section __ksymtab_strings,"a"\n.asciz "%s"\n.text\n' $symbol $symbol $symbol
    done
    for symbol in $3; do printf 'call %s\n' $symbol; done
  } >"$work/source.s"
  mkdir -p "$(dirname "$1")"
  as -o "$1" "$work/source.s"
}
# Runs depmod with the arguments and checks status, and that the output has a line that matches.
expect() { # STATUS PATTERN ARGUMENTS...
  local status=$1 pattern=$2 got
  shift 2
  $depmod "$@" >"$work/output" 2>&1
  got=$?
  if [ $got != "$status" ] || { [ -n "$pattern" ] && ! grep -qE -- "$pattern" "$work/output"; }; then
    echo "depmod $*: status $got (wanted $status), wanted a line like '$pattern', got:"
    cat "$work/output"
    failures=$((failures + 1))
  fi
}
has() { # PATTERN FILE
  grep -qE -- "$1" "$tree/$2" || { echo "$2 lacks '$1'"; cat "$tree/$2"; failures=$((failures + 1)); }
}

module "$tree/kernel/provider.ko" "give" "printk"
module "$tree/kernel/user.ko" "" "give printk"
base="-b $work/root"

expect 0 "WARNING: could not open modules.order at $tree: No such file or directory" $base $release
has '^kernel/user.ko: kernel/provider.ko$' modules.dep
touch "$tree/modules.order" "$tree/modules.builtin" "$tree/modules.builtin.modinfo"
expect 0 '' -a $base $release
expect 0 '^kernel/user.ko: kernel/provider.ko$' -n $base $release
expect 0 '^alias symbol:give provider$' --show $base $release
expect 0 "^$tree/kernel/user.ko needs \"give\": $tree/kernel/provider.ko\$" -n -v $base $release
module "$tree/kernel/prefixed.ko" "__one_of_two" ""
expect 0 '^alias symbol:_one_of_two prefixed$' -n -P _ $base $release
rm "$tree/kernel/prefixed.ko"
expect 0 '' -A $base $release
expect 0 "^$tree/kernel/user.ko needs \"give\": $tree/kernel/provider.ko\$" -v $base $release
expect 0 '^kmodern version' -V
expect 0 '^Usage' -h
expect 0 '^Usage' --hel  # getopt_long takes abbreviations
expect 1 "(unrecognized|unknown) option" --nonsense
expect 1 'ERROR: Bad version passed nonsense' $base nonsense
expect 1 'FATAL: .*9.9.9.*could not open directory' $base 9.9.9
expect 1 'FATAL: -P only takes a single char' -P ab $base $release
expect 0 'WARNING: -e needs -E or -F' -e $base $release
expect 1 'FATAL: .*/nowhere.*No such file' -E "$work/nowhere" $base $release
expect 1 'FATAL: .*/nowhere.*No such file' -F "$work/nowhere" $base $release

printf 'ffffffff81000000 T _text\n' >"$work/map"
expect 0 "WARNING: $tree/kernel/user.ko needs unknown symbol printk" -e -F "$work/map" $base $release
printf 'ffffffff81000000 r __ksymtab_printk\n' >"$work/map"
$depmod -e -F "$work/map" $base $release 2>&1 | grep -q unknown && { echo "printk is known"; failures=1; }
printf '0x1\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n' >"$work/symvers"
$depmod -e -E "$work/symvers" -F "$work/nowhere" $base $release 2>&1 | grep . && { echo "-E wins over -F"; failures=1; }
expect 1 'user.ko:1: is no line of a Module.symvers' -E "$tree/kernel/user.ko" $base $release

# Only these files; then all again.
expect 0 '' $base $release "$tree/kernel/provider.ko"
[ "$(cat "$tree/modules.dep")" = "kernel/provider.ko:" ] || { echo "named files only"; failures=1; }
expect 1 'FATAL: kernel/provider.ko: not absolute path' $base $release kernel/provider.ko
expect 0 '' -a $base $release "$tree/kernel/provider.ko"
has '^kernel/user.ko: kernel/provider.ko$' modules.dep

# Another place for the modules, another for the indexes.
mkdir -p "$work/usr/usr/lib/modules"
cp -a "$tree" "$work/usr/usr/lib/modules/$release"
expect 0 '' -b "$work/usr" -m /usr/lib/modules -o "$work/out" $release
[ -s "$work/out/usr/lib/modules/$release/modules.dep" ] || { echo "-m and -o"; failures=1; }
(cd "$work" && $depmod -b root $release) || { echo "a relative base"; failures=1; }

# The configuration: a bare file name, which kills kmod (exit 134); twice the same name; a bad line.
module "$tree/extra/user.ko" "" ""
printf 'override user * kernel\nnonsense\n' >"$work/mine.conf"
(cd "$work" && "$KMODERN_BIN/depmod" -C mine.conf -b root $release >output 2>&1) || { cat "$work/output"; failures=1; }
grep -q 'mine.conf:2: ignoring bad line starting with .nonsense' "$work/output" || { cat "$work/output"; failures=1; }
has '^kernel/user.ko' modules.dep
expect 0 "WARNING: duplicate module: .*/extra/user.ko is used, not .*/kernel/user.ko" -w $base $release
has '^extra/user.ko' modules.dep
rm -r "$tree/extra"
printf 'external * %s/nowhere\n' "$work" >"$work/external.conf"
(cd "$work" && "$KMODERN_BIN/depmod" -C external.conf -b root $release >output 2>&1) || { cat "$work/output"; failures=1; }
grep -q 'WARNING: .*/nowhere: could not open directory' "$work/output" || { cat "$work/output"; failures=1; }

# What cannot be used is named, left out, and makes the status 1; the rest is indexed.
: >"$tree/kernel/empty.ko"
ln -s nowhere.ko "$tree/kernel/dangling.ko"
expect 1 'ERROR: .*kernel/empty.ko: is left out: .*the file is empty' $base $release
expect 1 'ERROR: .*kernel/dangling.ko: is left out' $base $release
has '^kernel/user.ko: kernel/provider.ko$' modules.dep
rm "$tree/kernel/empty.ko" "$tree/kernel/dangling.ko"
module "$tree/kernel/one.ko" "f1" "f2"
module "$tree/kernel/two.ko" "f2" "f1"
expect 1 'ERROR: Cycle detected: one -> two -> one' $base $release
expect 1 'ERROR: Found 2 modules in dependency cycles!' $base $release
has '^kernel/user.ko: kernel/provider.ko$' modules.dep
rm "$tree/kernel/one.ko" "$tree/kernel/two.ko"

# A compressed module is indexed under its own name.
if command -v zstd >/dev/null; then
  module "$tree/kernel/packed.ko" "" ""
  zstd -q --rm "$tree/kernel/packed.ko"
  expect 0 '' $base $release
  has '^kernel/packed.ko.zst:$' modules.dep
fi

# Two at once: the second waits for the first, and neither spoils the other's files.
for _ in 1 2 3 4; do $depmod $base $release & done
wait
has '^kernel/user.ko: kernel/provider.ko$' modules.dep
[ -z "$(find "$work" -name '*.new')" ] || { echo "something is left behind"; find "$work" -name '*.new'; failures=1; }

[ "$failures" = 0 ] || exit 1
echo "depmod: all as scripts expect"
