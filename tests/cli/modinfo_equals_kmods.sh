#!/usr/bin/env bash
# modinfo's output for Debian's modules is byte-identical to that of Debian's kmod, but for the field build-id, which
# kmod prints since version 33. One module in twenty; with KMODERN_FULL=1 all of them.
set -eu
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}
tree=$(ls -d "$cache"/debian/*/lib/modules/* 2>/dev/null | head -n 1)
[ -n "$tree" ] || { echo "no Debian kernel in $cache/debian: skipped"; exit 77; }
kmod=/sbin/modinfo
[ -x "$kmod" ] && "$kmod" --version | grep -q '^kmod version [0-9]*$' || { echo "kmod is not installed: skipped"; exit 77; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

step=20
[ -z "${KMODERN_FULL:-}" ] || step=1
find "$tree/kernel" -name '*.ko*' | LC_ALL=C sort | awk -v step=$step 'NR % step == 1 || step == 1' >"$work/files"
count=$(wc -l <"$work/files")
[ "$count" -gt 0 ]

compare() {  # the options of modinfo
  xargs "$kmod" "$@" <"$work/files" | tr '\0' '\n' | grep -av '^build-id' >"$work/theirs" || true
  xargs "$KMODERN_BIN/modinfo" "$@" <"$work/files" | tr '\0' '\n' | grep -av '^build-id' >"$work/ours" || true
  cmp "$work/theirs" "$work/ours" || { echo "modinfo $* differs"; diff -a "$work/theirs" "$work/ours" | head; exit 1; }
  echo "modinfo $*: $count modules, $(wc -l <"$work/ours") equal lines"
}
compare
compare -0
compare -p
compare -n
compare -F alias
compare -F firmware -0
compare -F parmtype
compare -F signature
