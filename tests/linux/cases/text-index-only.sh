# The tools live with what depmod just wrote, .bin or not.
rm "$tree"/modules.*.bin
run modprobe crc7
run modprobe fs-msdos
run modprobe -D btrfs
