# No vermagic: ENOEXEC? No: a forced load, tainted F.
# only: kernel
run insmod "$fixtures/no-vermagic/crc7.ko"
run cat /sys/module/crc7/taint
