#!/usr/bin/env bash
# Linking Debian's own modules, beside LLVM's JITLink (llvm-jitlink -noexec).
#   MODULES="ext4 btrfs..." names others.
# Both do the same for each file, alone: open it, lay it out at 0x40000000, give every symbol that it does not define
# the one address 0x41000000 (an absolute definition), apply all relocations, run nothing. Counted is processor time
# (user and system) within the process, of llvm-jitlink by -show-times (adding and linking the object), the least of 5
# runs each; the start of the processes is not in it. JITLink leaves away what no global symbol reaches; kmodern
# relocates everything that the kernel would load.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
link=${KMODERN_BUILD_DIR:-$here/build/release}/bench/bench-link
jitlink=$(command -v llvm-jitlink-19 llvm-jitlink | head -1) || true
[ -x "$link" ] || { echo "there is no $link: configure with -DKMODERN_BENCH=ON"; exit 1; }
[ -n "$jitlink" ] || { echo "llvm-jitlink (package llvm-19) is not installed"; exit 77; }
modules=$(ls -d "${KMODERN_CACHE:-$HOME/.cache/kmodern}"/debian/*/lib/modules/*/kernel 2>/dev/null | head -1) || true
[ -n "$modules" ] || { echo "Debian's modules are not there: ./run fetches them"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

theirs() { # FILE: milliseconds
  { nm -u "$1" | awk '{print "-abs=" $2 "=0x41000000"}'
    echo "-noexec -entry=init_module -slab-allocate=256Mb -slab-address=0x40000000 -slab-page-size=4096 -show-times $1"
  } > "$work/arguments"
  for _ in 1 2 3 4 5; do
    "$jitlink" "@$work/arguments" > "$work/out" 2>&1 || { cat "$work/out" >&2; return 1; }
    # "0.0068 ( 92%) 0.0032 ( 84%) 0.0099 ( 89%) 0.0859 ( 98%)  time to link object files", twice: the column before
    # the last is user and system.
    grep -E 'time to (link|load)' "$work/out" | sort -u |
      sed -E 's/\([^)]*\)//g' | awk '{for (i = 1; $i != "time"; ++i); sum += $(i - 2)} END {print sum * 1000}'
  done | sort -g | head -1
}

printf '%-12s %10s %14s %12s %8s\n' module bytes 'JITLink ms' 'kmodern ms' ratio
for name in ${MODULES:-nfsd kvm ext4 xfs btrfs i915 amdgpu}; do
  file=$(find "$modules" -name "$name.ko" | head -1)
  [ -n "$file" ] || continue
  ours=$("$link" "$file" | awk '{print $NF}')
  other=$(theirs "$file")
  echo "$name $(stat -c %s "$file") $other $ours" | tee -a "$work/all" |
    awk '{printf "%-12s %10d %14.2f %12.3f %8.1f\n", $1, $2, $3, $4, $3 / $4}'
done
awk '{theirs += $3; ours += $4} END {printf "%-12s %10s %14.2f %12.3f %8.1f\n", "all", "", theirs, ours, theirs / ours}' \
  "$work/all"
