# A use that is no module (a mounted file system) shows in the count only.
# only: linux
truncate -s 1M disk
mkdosfs disk >/dev/null
expect 0 modprobe -a loop msdos nls_cp437 nls_iso8859-1 nls_ascii
losetup /dev/loop0 disk
mkdir mounted
mount -t msdos /dev/loop0 mounted || complain 'cannot mount'
expect 1 rmmod msdos
expect 1 modprobe -r msdos
expect 1 rmmod loop
run lsmod
umount mounted
losetup -d /dev/loop0
expect 0 rmmod msdos
absent msdos
