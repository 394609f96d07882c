#!/usr/bin/env bash
# The tutorials' stories: what a program wants and no module serves yet is asked for by the name that Linux uses, loaded by
# modprobe with what it needs, and used. No module is loaded by hand here.
set -eu
. "$(dirname "$0")/lib.bash"
command -v mkfs.msdos mcopy >/dev/null || { echo "mkfs.msdos or mtools is not installed"; exit 77; }
build_modules msdos ramdisk post post-echo dummynet 3c59x crc32c nls_iso8859-15 n_mirror binfmt_java
start_asking_kernel 'alias eth0 3c59x'
use() { "$bin/kmodern" use "$@"; }

# Opening a file in an MS-DOS filesystem, without a driver for it.
head -c 100000 /dev/urandom >"$work/file"
mkfs.msdos -C "$work/floppy" 1440 >/dev/null
mcopy -i "$work/floppy" "$work/file" ::FILE
loaded ''
[[ $(use filesystem msdos "$work/floppy" cat /file | sha256sum) == "$(mtype -i "$work/floppy" ::FILE | sha256sum)" ]] || fail msdos
loaded msdos

# A disk that holds data, and the filesystem on it.
use block 1:0 write <"$work/floppy"
loaded 'msdos ramdisk'
[[ $(use filesystem msdos /dev/ram0 cat /file | sha256sum) == "$(sha256sum <"$work/file")" ]] || fail 'msdos on ram0'
all_away msdos ramdisk

# alias eth0 3c59x
use netdev eth0 up
loaded 3c59x
all_away 3c59x

# A socket of a family, and of a protocol, that nothing serves yet.
is "$(echo hello | use socket 18 dgram 7)" hello
loaded 'post post_echo'
all_away post_echo post

# And the rest.
use netdev dummy0 up
is "$(printf 123456789 | use crypto crc32c)" 839206e3
is "$(printf '\xa4' | use nls iso8859-15)" '€'
is "$(echo stressed | use ldisc 29)" desserts
printf '\xca\xfe\xba\xbe' >"$work/Hello.class"
is "$(use exec "$work/Hello.class")" "/usr/bin/java $work/Hello.class"
loaded 'binfmt_java crc32c dummynet n_mirror nls_iso8859_15'

# What nobody serves.
use filesystem nosuchfs "$work/floppy" 2>"$work/error" && fail 'nosuchfs is mounted'
has "$(<"$work/error")" ENODEV
