#!/usr/bin/env bash
# How long `modprobe -n NAME` takes, beside /bin/true and Debian's modprobe. RUNS=1000 BIN=build/release/bin
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$here/build/release/bin}
runs=${RUNS:-1000}
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}/debian
release=$(ls "$cache" | head -1)
kmods=$(PATH=$PATH:/sbin:/usr/sbin command -v modprobe || true)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lib/modules/$release"
ln -s "$cache/$release/lib/modules/$release/kernel" "$work/lib/modules/$release/kernel"
cp "$cache/$release/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$work/lib/modules/$release"
"$bin/depmod" -b "$work" "$release"

# Median of 5 rounds, in microseconds for one process.
measure() {
  local best=()
  for round in 1 2 3 4 5; do
    local start=${EPOCHREALTIME/./}
    for ((i = 0; i < runs / 5; i++)); do "$@" >/dev/null || true; done
    best+=($(((${EPOCHREALTIME/./} - start) * 5 / runs)))
  done
  printf '%s\n' "${best[@]}" | sort -n | sed -n 3p
}
arguments=(-n -d "$work" -S "$release" ext4)
truth=$(measure /bin/true)
echo "/bin/true: $truth us"
report() { echo "$1: $2 us, $(awk "BEGIN { printf \"%.2f\", $2 / $truth }") times /bin/true"; }
report "kmodern's modprobe -n ext4" "$(measure "$bin/modprobe" "${arguments[@]}")"
[ -z "$kmods" ] || report "kmod's modprobe -n ext4" "$(measure "$kmods" "${arguments[@]}")"
