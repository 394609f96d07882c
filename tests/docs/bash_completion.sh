#!/usr/bin/env bash
# The bash completion offers each command's options, the modules of the chosen tree, and files.
set -uo pipefail
source "$KMODERN_SOURCE_DIR/completions/kmodern.bash"
PATH=$KMODERN_BIN:$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lib/modules/6.1.0-test"
printf 'kernel/fs/btrfs/btrfs.ko: kernel/lib/crc32c.ko.xz\nkernel/lib/crc32c.ko.xz:\nkernel/fs/ext4.ko.zst:\n' \
  >"$scratch/lib/modules/6.1.0-test/modules.dep"
touch "$scratch/demo.ko" "$scratch/demo.c"

failures=0
complete_words() { # complete_words WORD...: what is offered for the last word
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _kmodern 2>/dev/null
  printf '%s\n' "${COMPREPLY[@]}"
}
expect() { # expect WANTED WORD...
  local wanted=$1
  shift
  if ! grep -qxF -- "$wanted" <<<"$(complete_words "$@")"; then
    printf 'completing `%s`: no %s in: %s\n' "$*" "$wanted" "$(complete_words "$@" | tr '\n' ' ')"
    failures=$((failures + 1))
  fi
}
expect_not() {
  local unwanted=$1
  shift
  if grep -qxF -- "$unwanted" <<<"$(complete_words "$@")"; then
    printf 'completing `%s`: offers %s\n' "$*" "$unwanted"
    failures=$((failures + 1))
  fi
}

expect modprobe kmodern mod
expect --json lsmod --j
expect --json kmodern lsmod --
expect linux lsmod --kernel l
expect btrfs modprobe -d "$scratch" -S 6.1.0-test bt
expect ext4 kmodern modprobe -d "$scratch" -S 6.1.0-test ''
expect_not ext4 modprobe -d "$scratch" -S 6.1.0-test bt
expect crc32c modinfo -b "$scratch" -k 6.1.0-test crc
expect --modprobe-config kerneld --m
expect linux kerneld --kernel l
expect 6.1.0-test depmod -b "$scratch" 6
expect "$scratch/demo.ko" insmod "$scratch/de"
expect_not "$scratch/demo.c" insmod "$scratch/de"
((failures == 0))
