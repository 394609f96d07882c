#!/usr/bin/env bash
# A file on an MS-DOS image: what mtools put there is what modules/msdos.c reads, of FAT12 and FAT16 alike.
set -eu
. "$(dirname "$0")/lib.bash"
command -v mkfs.msdos mcopy mmd >/dev/null || { echo "mkfs.msdos or mtools is not installed"; exit 77; }
build_modules msdos
start_kernel
use() { "$bin/kmodern" use filesystem msdos "$@"; }

head -c 300000 /dev/urandom >"$work/random"
seq 1 400 >"$work/numbers"
make_image() { # make_image NAME KILOBYTES [OPTION...]
  mkfs.msdos -C "${@:3}" "$work/$1" "$2" >/dev/null
  mmd -i "$work/$1" ::DEEP ::DEEP/DEEPER
  mcopy -i "$work/$1" "$work/random" ::DEEP/DEEPER/RANDOM.BIN
  mcopy -i "$work/$1" "$work/numbers" ::NUMBERS.TXT
  for n in {1..60}; do : >"$work/EMPTY$n"; done
  mcopy -i "$work/$1" "$work"/EMPTY* ::DEEP
}

"$bin/insmod" msdos.ko
make_image fat12 1440
make_image fat16 16384 -F 16
make_image sectors 32768 -F 16 -S 2048
for image in fat12 fat16 sectors; do
  [[ $(use "$work/$image" cat /deep/deeper/random.bin | sha256sum) == "$(sha256sum <"$work/random")" ]] || fail "$image: random"
  [[ $(use "$work/$image" cat /NUMBERS.TXT | sha256sum) == "$(sha256sum <"$work/numbers")" ]] || fail "$image: numbers"
  is "$(use "$work/$image")" $'deep/\nnumbers.txt'
  is "$(use "$work/$image" ls /deep | wc -l)" 61
  has "$(use "$work/$image" stat deep/../numbers.txt)" "size $(stat -c %s "$work/numbers")"
done

refused() { # refused ERRNO ARGUMENT...
  use "${@:2}" >"$work/out" 2>"$work/error" && fail "${*:2} is not refused"
  has "$(<"$work/error")" "$1"
}
refused ENOENT "$work/fat12" cat /nosuch
refused ENOTDIR "$work/fat12" cat /numbers.txt/more
refused EISDIR "$work/fat12" cat /deep
refused ENOTDIR "$work/fat12" ls /numbers.txt
refused EINVAL "$work/fat12" paint /
refused EINVAL "$work/random"
refused ENOENT /dev/nosuch

# In use while a file is open: it stays.
mkfifo "$work/full"
"$bin/kmodern" use filesystem msdos "$work/fat16" cat /deep/deeper/random.bin >"$work/full" &
reader=$!
exec 9<"$work/full"
head -c 1 <&9 >/dev/null
"$bin/rmmod" msdos 2>"$work/error" && fail 'msdos goes while a file is open'
has "$(<"$work/error")" "filesystem msdos $work/fat16 cat /deep/deeper/random.bin by pid $reader (kmodern)"
cat <&9 >/dev/null
wait "$reader"
exec 9<&-
"$bin/rmmod" msdos 2>&1 | (! grep .) || fail 'msdos left something behind'
refused ENODEV "$work/fat12"
