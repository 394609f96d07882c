# A module whose name a built-in has already in /sys/module.
# only: kernel
run insmod "$fixtures/name-of-built-in/crc7.ko"
run insmod "$fixtures/long-name/crc7.ko"
