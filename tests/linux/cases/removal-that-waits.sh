# -w waits until the module's last user is gone, and no longer than it was told.
# only: linux
expect 0 modprobe loop
truncate -s 1M disk
losetup /dev/loop0 disk
(sleep 1; losetup -d /dev/loop0) &
expect 0 modprobe -r -w 20000 loop
absent loop
wait
