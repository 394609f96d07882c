#!/usr/bin/env bash
# The files that modules make: listed, read, written, sought and asked by commands; told and taken away if left behind.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:files
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop files >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "files: $*" >&2; exit 1; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }
is() { [[ $1 == "$2" ]] || fail "'$1' is not '$2'"; }

[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR"/modules/{procfile.c,attribute.c,litter.c,ioctl.c,ioctl.h,mapped.c} "$work/modules"
echo 'obj-m := procfile.o attribute.o litter.o ioctl.o mapped.o' >"$work/modules/Kbuild"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
cd "$work/modules"
"$bin/kmodern" kernel start files >"$work/out"

"$bin/insmod" procfile.ko
for word in one two three; do echo $word | "$bin/kmodern" open -w /proc/procfile; done
is "$("$bin/kmodern" cat /proc/procfile)" $'one\ntwo\nthree'
is "$("$bin/kmodern" open --read --seek=4 /proc/procfile)" $'two\nthree'
is "$("$bin/kmodern" open --poll=0 /proc/procfile)" 'in out'
has "$("$bin/kmodern" ls /proc)" procfile
"$bin/rmmod" procfile 2>&1 | (! grep .) || fail 'procfile left something behind'
"$bin/kmodern" cat /proc/procfile 2>"$work/error" && fail '/proc/procfile outlives its module'
has "$(<"$work/error")" ENOENT

"$bin/insmod" attribute.ko
is "$("$bin/kmodern" cat /sys/kernel/attribute/level)" 3
echo 8 | "$bin/kmodern" open -w /sys/kernel/attribute/level
is "$("$bin/kmodern" cat /sys/kernel/debug/attribute/level)" 0x00000008
echo 11 | "$bin/kmodern" open -w /sys/kernel/attribute/level 2>"$work/error" && fail '11 is taken'
has "$(<"$work/error")" ERANGE
"$bin/rmmod" attribute 2>&1 | (! grep .) || fail 'attribute left something behind'

"$bin/insmod" ioctl.ko
printf '\x05\0\0\0' | "$bin/kmodern" open --ioctl=0x40046b02 /dev/ioctl >"$work/out"
is "$("$bin/kmodern" open --ioctl=0x80046b01 /dev/ioctl </dev/null | od -An -td4 | tr -d ' ')" 5
is "$("$bin/kmodern" open --ioctl=0x6b00,0 /dev/ioctl)" 0
"$bin/kmodern" open --ioctl=0x6bff,0 /dev/ioctl 2>"$work/error" && fail 'an unknown ioctl is taken'
has "$(<"$work/error")" ENOTTY

"$bin/insmod" mapped.ko
is "$("$bin/kmodern" open -r --map=4096 /dev/mapped | tr -d '\0')" 'nothing was written yet'
printf 'shared memory!\n\0' | "$bin/kmodern" open -w --map=0x1000,0 /dev/mapped
is "$("$bin/kmodern" cat /dev/mapped | head -n 1)" 'shared memory!'
"$bin/kmodern" open -r --map=8192 /dev/mapped 2>"$work/error" && fail 'more than there is was mapped'
has "$(<"$work/error")" EINVAL
"$bin/kmodern" open --map=4096 /dev/ioctl </dev/null 2>"$work/error" && fail 'what has no memory was mapped'
has "$(<"$work/error")" ENODEV
"$bin/rmmod" mapped 2>&1 | (! grep .) || fail 'mapped left something behind'

"$bin/insmod" litter.ko
is "$("$bin/kmodern" ls /sys/devices/virtual/litter/litter)" $'dev\nsubsystem\nuevent'
"$bin/rmmod" litter 2>"$work/error"
for what in 'proc entry /proc/litter' 'device litter' 'class litter' 'range of device numbers litter'; do
  has "$(<"$work/error")" "litter left behind: $what"
done
is "$("$bin/kmodern" ls /dev)" ioctl
"$bin/kmodern" kernel stop files
