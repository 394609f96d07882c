# A module's folder in /sys/module, seen by the usual tools.
# only: kernel
expect 0 modprobe -a btrfs brd
cd /sys/module/xor
for name in . holders notes sections refcnt uevent holders/btrfs; do expect 0 stat -c '%A %h %s %F %N' "$name"; done
expect 0 cat coresize initsize initstate refcnt taint
expect 1 cat uevent
expect 0 readlink -f holders/btrfs
expect 1 cat version
expect 1 cat no_such_file
expect 1 ls holders/btrfs/holders/none
expect 0 cat holders/btrfs/refcnt
run sh -c 'echo 1 >refcnt'
run sh -c 'echo add >uevent'
run mkdir folder
run rm refcnt
run touch new
expect 1 su nobody -c 'cat /sys/module/xor/sections/.text'
expect 0 su nobody -c 'cat /sys/module/xor/coresize'
run ls /sys/module/nosuch
expect 0 test -e /sys/module/brd/parameters/rd_nr
