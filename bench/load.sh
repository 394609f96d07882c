#!/usr/bin/env bash
# Loading and unloading in the user-space kernel: a small module (bench/modules) beside dlopen and dlclose of the same
# code as a shared library; 100,000 times, which must leave nothing behind; and 40,000 modules at once.
#   CYCLES=100000 COUNT=40000
# A module has three mappings: COUNT is cut to what /proc/sys/vm/max_map_count (65,530 by default) has room for.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
build=${KMODERN_BUILD_DIR:-$here/build/release}
[ -x "$build/bench/bench-load" ] || { echo "there is no $build/bench/bench-load: configure with -DKMODERN_BENCH=ON"; exit 1; }
work=$(mktemp -d)
kernel=bench-$$
trap '"$build/bin/kmodern" kernel stop "$kernel" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
cp -r "$here/bench/modules" "$work/m"
make -s -C "$here/sdk" M="$work/m" KMODERN="$build/bin/kmodern" modules >/dev/null
strip --strip-debug "$work/m/mod_00000.ko"
gcc -O2 -fPIC -shared -o "$work/library.so" "$work/m/mod_00000.c"
"$build/bin/kmodern" kernel start "$kernel" >/dev/null

count=${COUNT:-40000}
room=$((($(cat /proc/sys/vm/max_map_count) - 500) / 3 / 8 * 8))
if ((count > room)); then
  echo "$count modules want $((3 * count + 500)) mappings (sysctl vm.max_map_count): $room are loaded"
  count=$room
fi
"$build/bench/bench-load" cycles "$work/m/mod_00000.ko" "$work/library.so" "$kernel"
echo
"$build/bench/bench-load" leaks "$work/m/mod_00000.ko" "${CYCLES:-100000}"
echo
"$build/bench/bench-load" many "$work/m/mod_00000.ko" "$count"
