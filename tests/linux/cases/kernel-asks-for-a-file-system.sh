# The kernel runs our modprobe by itself, with no open descriptors and three variables of environment.
# only: linux
command -v modprobe >/proc/sys/kernel/modprobe
truncate -s 1M disk
mkdosfs disk >/dev/null
expect 0 modprobe loop
losetup /dev/loop0 disk
mkdir mounted
expect 0 mount -t msdos /dev/loop0 mounted
loaded msdos fat
