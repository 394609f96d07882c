#!/usr/bin/env bash
# Loading and unloading in the user-space kernel: a small module (bench/modules) beside dlopen and dlclose of the same
# code as a shared library; 100,000 times, which must leave nothing behind; and 1,000, 10,000, 40,000 modules at once.
#   CYCLES=100000 COUNTS="1000 10000 40000"
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

"$build/bench/bench-load" cycles "$work/m/mod_00000.ko" "$work/library.so" "$kernel"
echo
"$build/bench/bench-load" leaks "$work/m/mod_00000.ko" "${CYCLES:-100000}"
echo
# shellcheck disable=SC2086
"$build/bench/bench-load" many "$work/m/mod_00000.ko" ${COUNTS:-1000 10000 40000}
