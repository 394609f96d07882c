#!/usr/bin/env bash
# kmodern mount: the kernel's files as a filesystem, for shells and programs that know nothing of it.
set -eu
source "$KMODERN_SOURCE_DIR/tests/fuse/common.bash"
start_kernel
mount_it

# Text, made when it is opened.
same "$(cat "$mnt/proc/modules")" "$("$kmodern" cat /proc/modules)" '/proc/modules'
same "$(ls "$mnt/sys/module")" $'chardev\nioctl\nopener\nparameters\nready\nsleeper\nslow' '/sys/module'
same "$(stat -c '%A %s' "$mnt/sys/module/chardev/refcnt")" '-r--r--r-- 4096' 'stat of refcnt'
same "$(stat -c '%F' "$mnt/sys/module/chardev/holders")" directory 'kind of holders'
exec 5<"$mnt/dev/chardev"
same "$(cat "$mnt/sys/module/chardev/refcnt")" 1 'refcnt with an open file'
"$KMODERN_BIN/rmmod" chardev 2>"$work/error" && fail 'a module in use is removed'
has "$(<"$work/error")" 'open file /dev/chardev'
exec 5<&-

# A store's error reaches the writer.
parameters=$mnt/sys/module/parameters/parameters
echo 4 >"$parameters/even"
same "$(cat "$parameters/even")" 4 'a parameter that was written'
said=$({ echo 5 >"$parameters/even"; } 2>&1) && fail 'an odd number is taken'
has "$said" 'Invalid argument'
said=$({ echo 5 >"$parameters/big"; } 2>&1) && fail 'a parameter that can only be read is written'
has "$said" 'Permission denied'
said=$(cat "$mnt/sys/module/chardev/uevent" 2>&1) && fail 'uevent is read'
has "$said" 'Permission denied'
said=$(cat "$mnt/sys/module/nosuch/refcnt" 2>&1) && fail 'a module that is not there has a file'
has "$said" 'No such file'
said=$(touch "$mnt/dev/new" 2>&1) && fail 'a file is made'

# Devices.
"$work/calls" "$mnt" || fail 'system calls'
echo 'some words' >"$mnt/dev/chardev"
same "$(cat "$mnt/dev/chardev")" 'some words' 'what the device gives back'
same "$(dd if="$mnt/dev/chardev" bs=1 skip=5 count=4 status=none)" word 'dd with an offset'

# Fifty at once, and then nothing is in use any more.
for ((i = 0; i < 50; i++)); do
  (for ((j = 0; j < 10; j++)); do cat "$mnt/proc/modules" "$mnt/dev/chardev" >/dev/null || exit 1; done) &
  readers[i]=$!
done
for reader in "${readers[@]}"; do wait "$reader" || fail 'one of many readers'; done
"$KMODERN_BIN/rmmod" chardev || fail 'files that were closed keep their module'
[[ ! -e $mnt/dev/chardev ]] || fail 'the device of a module that is gone'

umount "$mnt" 2>/dev/null || fusermount3 -u "$mnt"
soon not pgrep -f "^$kmodern mount $mnt\$" >/dev/null
has "$("$kmodern" kernel status fuse)" 'is running'

# In the foreground, Ctrl-C unmounts.
"$kmodern" mount -f "$mnt" &
mounter=$!
soon mounted
same "$(ls "$mnt")" $'dev\nproc\nsys' 'the root'
kill -INT "$mounter"
wait "$mounter" || fail 'status of an interrupted mount'
mounted && fail 'it is still mounted'

said=$("$kmodern" mount "$work/nosuch" 2>&1) && fail 'mounted at nothing'
has "$said" 'No such file'
said=$("$kmodern" mount "$work/calls" 2>&1) && fail 'mounted at a file'
has "$said" 'ENOTDIR'
