#!/usr/bin/env bash
# What each example module serves, used by `kmodern use` as a person would; nothing is left behind by any of them.
set -eu
. "$(dirname "$0")/lib.bash"
build_modules ramdisk post post-echo dummynet 3c59x crc32c nls_iso8859-15 n_mirror binfmt_java
start_kernel
use() { "$bin/kmodern" use "$@"; }
remove() { "$bin/rmmod" "$@" 2>&1 | (! grep .) || fail "$* left something behind"; }

"$bin/insmod" ramdisk.ko disks=2 size=1440
is "$(use block ram1 size)" 1474560
is "$("$bin/kmodern" ls /dev)" $'ram0\nram1'
head -c 100000 /dev/urandom >"$work/data"
use block 1:1 write <"$work/data"
use block ram1 read >"$work/read"
cmp -n 100000 "$work/read" "$work/data" || fail 'the disk forgot'
is "$(use block ram0 read | tr -d '\0' | wc -c)" 0
remove ramdisk

"$bin/insmod" post.ko
"$bin/insmod" post-echo.ko
is "$(echo hello | use socket 18 dgram 7)" hello
use socket 18 dgram 0 bind alice </dev/null >"$work/mail" &
reader=$!
until echo 'good day' | use socket 18 dgram 0 connect alice 2>"$work/error"; do has "$(<"$work/error")" ECONNREFUSED; done
wait "$reader"
is "$(<"$work/mail")" 'good day'
remove post-echo post

"$bin/insmod" dummynet.ko count=2
use netdev dummy1 up
printf 'a frame' | use netdev dummy1 send
has "$(use netdev dummy1)" 'sent 1 frames, 7 bytes'
use netdev dummy1 down
printf 'a frame' | use netdev dummy1 send 2>"$work/error" && fail 'an interface that is down sends'
has "$(<"$work/error")" ENETDOWN
remove dummynet

"$bin/insmod" 3c59x.ko
use netdev eth0 up
has "$(use netdev eth0)" 'eth0: up mtu 1500 address 02:60:8c:3c:59:00'
remove 3c59x

"$bin/insmod" crc32c.ko
is "$(printf 123456789 | use crypto crc32c)" 839206e3
remove crc32c

"$bin/insmod" nls_iso8859-15.ko
is "$(printf '\xa4 20' | use nls latin9)" '€ 20'
remove nls_iso8859_15

"$bin/insmod" n_mirror.ko
is "$(echo stressed | use ldisc 29)" desserts
remove n_mirror

"$bin/insmod" binfmt_java.ko
printf '\xca\xfe\xba\xbe' >"$work/Hello.class"
is "$(use exec "$work/Hello.class")" "/usr/bin/java $work/Hello.class"
remove binfmt_java

use painting 2>"$work/error" && fail 'an unknown subsystem is used'
has "$(<"$work/error")" 'Usage: kmodern use'
