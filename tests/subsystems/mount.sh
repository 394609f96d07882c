#!/usr/bin/env bash
# An MS-DOS image and no driver for it: plain mount(8), cat and umount of a program that is run find the file, since
# mount(2) asks the kernel for fs-msdos.
set -eu
. "$(dirname "$0")/lib.bash"
command -v mkfs.msdos mcopy mmd >/dev/null || { echo "mkfs.msdos or mtools is not installed"; exit 77; }
((EUID == 0)) || { echo "only root may mount"; exit 77; }
(: <>/dev/fuse) 2>/dev/null || { echo "/dev/fuse cannot be opened"; exit 77; }
unshare -m true 2>/dev/null || { echo "there can be no mount namespaces"; exit 77; }
build_modules msdos ramdisk
start_asking_kernel
dir=$work/dir
mkdir "$dir"
# Whatever is mounted goes with the namespace.
run() { unshare -m --propagation private "$bin/kmodern" run -k "$KMODERN_KERNEL" -- bash -euc "$1"; }

head -c 300000 /dev/urandom >"$work/random"
mkfs.msdos -C "$work/floppy" 1440 >/dev/null
mmd -i "$work/floppy" ::DEEP
mcopy -m -i "$work/floppy" "$work/random" ::DEEP/RANDOM.BIN
mcopy -i "$work/floppy" - ::README.TXT <<<'read me'

run "mount -t msdos '$work/floppy' '$dir'
  cat '$dir/readme.txt'; cmp '$dir/deep/random.bin' '$work/random'
  ls -p '$dir'; stat -c '%s %A' '$dir/deep/random.bin'; dd if='$dir/readme.txt' bs=1 skip=5 status=none
  grep -o 'fuse.msdos ro[^ ]*' /proc/mounts | cut -d, -f1
  umount '$dir'; ls '$dir'" >"$work/out"
is "$(<"$work/out")" $'read me\ndeep/\nreadme.txt\n300000 -r--r--r--\nme\nfuse.msdos ro'
all_away msdos

# A block device of the kernel's, in use while a file is open.
"$bin/kmodern" use block 1:0 write <"$work/floppy"
run "mount -t msdos -o noexec /dev/ram0 '$dir'
  exec 5<'$dir/readme.txt'
  '$bin/rmmod' msdos 2>'$work/error' && exit 1
  umount -l '$dir'; cat <&5"
has "$(<"$work/error")" "mounted"
all_away msdos ramdisk

# Of a program in a user namespace of its own.
unshare -Urm "$bin/kmodern" run -k "$KMODERN_KERNEL" -- true 2>/dev/null || no_namespace=1
[[ ${no_namespace:-} ]] ||
  is "$(unshare -Urm "$bin/kmodern" run -k "$KMODERN_KERNEL" -- sh -ec "mount -t msdos '$work/floppy' '$dir'; stat -c %u:%n '$dir'/*; umount '$dir'")" \
    "0:$dir/deep
0:$dir/readme.txt"

# What the running Linux has is its own affair.
run "mount -t tmpfs none '$dir'; touch '$dir/file'; mount --bind '$dir' '$dir'; umount '$dir'; umount '$dir'; ls '$dir'"

# Errors as of mount(2).
refused() { # refused TEXT COMMAND
  run "$2" >"$work/out" 2>"$work/error" && fail "$2 works"
  has "$(<"$work/error")" "$1"
}
refused "unknown filesystem type 'strangefs'" "mount -t strangefs '$work/floppy' '$dir'"
refused 'wrong fs type' "mount -t msdos '$work/random' '$dir'"
refused 'does not exist' "mount -t msdos '$work/floppy' '$work/nosuch'"
refused 'does not exist' "mount -t msdos '$work/nosuch' '$dir'"
if command -v busybox >/dev/null && command -v setpriv >/dev/null; then
  refused 'permission denied' "setpriv --bounding-set -sys_admin --inh-caps -sys_admin busybox mount -t msdos '$work/floppy' '$dir'"
fi
