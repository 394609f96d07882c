#!/usr/bin/env bash
# What `kmodern run` adds to a system call: the same calls natively and served, on one processor, in microseconds.
# CPU=1 BIN=build/release/bin
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$here/build/release/bin}
cpu=${CPU:-$(($(nproc) - 1))}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
gcc -O2 -o "$work/call" "$here/bench/call.c"
"$work/call" "$cpu" >"$work/native"
# Pinned before it starts, so that the kernel that it starts is, too.
taskset -c "$cpu" "$bin/kmodern" run -- "$work/call" "$cpu" >"$work/served"
# What no supervisor can be faster than: one that reads the argument and answers.
least=$("$work/call" "$cpu" least)
printf 'delete_module, a supervisor that does nothing else: %s us (least / median)\n' "$least"
printf '%-20s %20s %20s %12s\n' call 'native least/median' 'served least/median' 'added (median)'
paste -d ' ' "$work/native" "$work/served" |
  while read -r name least median _ served_least served_median; do
    printf '%-20s %20s %20s %12s\n' "$name" "$least / $median" "$served_least / $served_median" \
      "$(awk "BEGIN { printf \"%.2f\", $served_median - $median }")"
  done
