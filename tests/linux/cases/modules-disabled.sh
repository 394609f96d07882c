# One way: after modules_disabled nothing is loaded or removed until the next boot.
expect 0 modprobe crc7
echo 1 >/proc/sys/kernel/modules_disabled
expect 1 insmod "$(file_of crc8)"
warns 'Operation not permitted'
expect 1 modprobe crc8
expect 1 rmmod crc7
expect 1 modprobe -r crc7
expect 0 lsmod
loaded crc7
