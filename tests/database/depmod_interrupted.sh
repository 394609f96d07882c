#!/usr/bin/env bash
# Ctrl-C and kill at any moment: depmod leaves nothing behind, and the indexes are all old or all new.
set -u
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
release=6.1.0-test
tree=$work/lib/modules/$release
mkdir -p "$tree/kernel"
for index in $(seq 300); do
  printf '.section .modinfo,"a"\n.asciz "alias=pci:v%d*"\n' "$index" | as -o "$tree/kernel/m$index.ko" -
done
"$KMODERN_BIN/depmod" -b "$work" "$release" 2>/dev/null || exit 1
old=$(cd "$tree" && md5sum modules.* | md5sum)
mv "$tree/kernel/m7.ko" "$tree/kernel/new.ko"
cp -a "$work/lib" "$work/complete"
mkdir -p "$work/reference/lib" && cp -a "$work/lib/modules" "$work/reference/lib/"
"$KMODERN_BIN/depmod" -b "$work/reference" "$release" 2>/dev/null
new=$(cd "$work/reference/lib/modules/$release" && md5sum modules.* | md5sum)
[ "$old" != "$new" ] || exit 1

undone=0 done=0
for signal in INT TERM HUP; do
  for delay in 0.001 0.002 0.004 0.006 0.008 0.010 0.012 0.015 0.020 0.030 0.050; do
    timeout -s "$signal" "$delay" "$KMODERN_BIN/depmod" -b "$work" "$release" 2>/dev/null
    left=$(find "$tree" -name '*.new*')
    [ -z "$left" ] || { echo "left behind after $signal at $delay s: $left"; exit 1; }
    is=$(cd "$tree" && md5sum modules.* | md5sum)
    case $is in
      "$old") undone=$((undone + 1)) ;;
      "$new") done=$((done + 1)) ;;
      *) echo "a mixture after $signal at $delay s"; ls -l "$tree"/modules.*; exit 1 ;;
    esac
    [ "$is" = "$old" ] || { rm -rf "$work/lib" && cp -a "$work/complete" "$work/lib"; }
  done
done
echo "interrupted: $undone times all old, $done times all new"

# What a killed run leaves, the next one clears away.
echo rest >"$tree/modules.dep.new"
"$KMODERN_BIN/depmod" -b "$work" "$release" 2>/dev/null || exit 1
[ -z "$(find "$tree" -name '*.new*')" ]
