# -w gives up in time when the module stays in use.
# only: linux
expect 0 modprobe loop
truncate -s 1M disk
losetup /dev/loop0 disk
expect 1 timeout 10 "$(command -v modprobe)" -r -w 300 loop
loaded loop
