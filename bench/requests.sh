#!/usr/bin/env bash
# What a request for a module takes, answered by kerneld and by running modprobe, in one run; microseconds, medians of
# ROUNDS=5. BIN=build/release/bin
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$here/build/release/bin}
rounds=${ROUNDS:-5}
loads=50 # modules
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:requests PATH=$bin:$PATH
mkdir -m 700 "$work/runtime"
daemon=
trap '[[ -z $daemon ]] || kill $daemon; kmodern kernel stop requests >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

mkdir "$work/modules"
cp "$here/bench/requests/asks.c" "$work/modules"
objects=asks.o
for ((i = 0; i < loads; i++)); do
  printf '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n' >"$work/modules/load$i.c"
  objects+=" load$i.o"
done
echo "obj-m := $objects" >"$work/modules/Makefile"
make -s -C "$here/sdk" "M=$work/modules" INSTALL_MOD_PATH="$work/root" modules modules_install >"$work/make.log" 2>&1 ||
  { cat "$work/make.log"; exit 1; }
kmodern kernel start --root "$work/root" --sysctl modprobe="$bin/modprobe" requests >/dev/null

asks() { # asks PARAMETER...: microseconds for one
  insmod "$work/modules/asks.ko" "$@"
  rmmod asks
  kmodern dmesg | sed -n 's/.*asks: \([0-9]*\) ns$/\1/p' | tail -n 1 | awk '{ printf "%.1f\n", $1 / 1000 }'
}
median() { sort -n | sed -n "$(((rounds + 1) / 2))p"; }
unload() { lsmod | awk 'NR > 1 { print $1 }' | xargs -r rmmod; }
unknown() { for ((r = 0; r < rounds; r++)); do asks name=nothing times=100; done | median; }
load() { for ((r = 0; r < rounds; r++)); do unload; asks name=load numbered=1 times=$loads; done | median; }
loaded() { for ((r = 0; r < rounds; r++)); do asks name=load0 times=100; done | median; }
measure() { for kind in unknown load loaded; do $kind; done; }

measure >"$work/modprobe"
unload
printf '[daemon]\nidle = 0\n' >"$work/kerneld.toml"
kerneld -f "$work/kerneld.toml" -d "$work/root" 2>"$work/log" &
daemon=$!
until grep -q serves "$work/log"; do kill -0 $daemon || { cat "$work/log"; exit 1; }; sleep 0.1; done
measure >"$work/kerneld"

printf '%-10s %12s %12s %8s\n' request modprobe kerneld ratio
paste <(printf 'unknown\nload\nloaded\n') "$work/modprobe" "$work/kerneld" |
  awk '{ printf "%-10s %12s %12s %7.1fx\n", $1, $2, $3, $2 / $3 }'
