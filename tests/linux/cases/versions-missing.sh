# Without __versions the module is loaded by force; with another CRC of module_layout it is not.
# only: kernel
run insmod "$fixtures/no-versions/crc7.ko"
run cat /sys/module/crc7/taint
run rmmod crc7
run insmod "$fixtures/other-layout/crc7.ko"
run insmod "$fixtures/version-of-nothing/crc8.ko"
