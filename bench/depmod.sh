#!/usr/bin/env bash
# depmod beside Debian's: the whole of a kernel's modules, plain, zst, xz and gz; medians of runs that
# take turns, and the peak of memory.
#   bench/depmod.sh [PATH/TO/OUR/DEPMOD] [RUNS]
# The compressed trees are made once, under ${KMODERN_CACHE:-~/.cache/kmodern}/trees.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
ours=${1:-$here/build/release/bin/depmod}
runs=${2:-11}
theirs=${KMOD_DEPMOD:-/sbin/depmod}
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}
release=6.1.0-56-amd64
tree=$cache/debian/$release/lib/modules/$release
[ -d "$tree" ] || { echo "there is no $tree: ./run fetches it"; exit 77; }
[ -x "$ours" ] || { echo "there is no $ours: build the release preset"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A tree of links to every file of another, without its indexes: depmod writes beside them.
link_tree() { # FROM TO
  mkdir -p "$(dirname "$2")"
  cp -al "$1" "$2" 2>/dev/null || cp -a "$1" "$2"
}

# modules.order keeps its plain names, as kernels install it.
make_compressed() { # KIND COMMAND...
  local kind=$1 to=$cache/trees/$1/lib/modules/$release
  shift
  [ -e "$cache/trees/$kind/.complete" ] && return
  echo "compressing the modules by $kind, once..."
  rm -rf "$cache/trees/$kind"
  mkdir -p "$(dirname "$to")"
  cp -a "$tree" "$to"
  find "$to" -name '*.ko' -print0 | xargs -0 -n 32 -P "$(nproc)" nice "$@"
  touch "$cache/trees/$kind/.complete"
}

make_compressed zst zstd -q -T1 -9 --rm
make_compressed gz gzip -6
make_compressed xz xz -T1 --check=crc32 --lzma2=preset=6,dict=1MiB
link_tree "$tree" "$work/plain/lib/modules/$release"
for kind in zst xz gz; do
  link_tree "$cache/trees/$kind/lib/modules/$release" "$work/$kind/lib/modules/$release"
done

measure() { # DEPMOD ROOT FILE: adds "seconds kilobytes" to FILE
  /usr/bin/time -a -o "$3" -f '%e %M' "$1" -b "$2" "$release" 2>"$work/messages" || cat "$work/messages"
}
median() { # FILE COLUMN
  awk "{print \$$2}" "$1" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}
precise() { # DEPMOD ROOT FILE: the same in milliseconds, for runs below the clock of time(1)
  local begin end
  begin=$(date +%s%N)
  measure "$1" "$2" "$3.memory"
  end=$(date +%s%N)
  echo $(((end - begin) / 10000)) | awk '{print $1 / 100}' >>"$3"
}

printf '%-6s %12s %12s %8s %12s %12s\n' tree 'kmod ms' 'kmodern ms' ratio 'kmod KB' 'kmodern KB'
for kind in plain zst xz gz; do
  count=$runs
  [ "$kind" = xz ] && count=3
  for _ in $(seq "$count"); do
    [ -x "$theirs" ] && precise "$theirs" "$work/$kind" "$work/$kind.theirs"
    precise "$ours" "$work/$kind" "$work/$kind.ours"
  done
  ours_ms=$(median "$work/$kind.ours" 1)
  ours_kb=$(median "$work/$kind.ours.memory" 2)
  theirs_ms=- ratio=- theirs_kb=-
  if [ -x "$theirs" ]; then
    theirs_ms=$(median "$work/$kind.theirs" 1)
    theirs_kb=$(median "$work/$kind.theirs.memory" 2)
    ratio=$(awk "BEGIN {printf \"%.2f\", $theirs_ms / $ours_ms}")
  fi
  # Debian's kmod is built without gzip: it writes empty indexes, which takes no time.
  if [ "$kind" = gz ] && ! "$theirs" -V | grep -q '+ZLIB'; then ratio="(no gz)"; fi
  printf '%-6s %12s %12s %8s %12s %12s\n' "$kind" "$theirs_ms" "$ours_ms" "$ratio" "$theirs_kb" "$ours_kb"
done
