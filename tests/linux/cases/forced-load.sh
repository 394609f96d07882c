# -f ignores vermagic and symbol versions.
expect 0 insmod -f "$fixtures/other-vermagic/crc7.ko"
tainted crc7 FE
expect 1 insmod "$fixtures/other-crc/crc8.ko"
expect 0 insmod -f "$fixtures/other-crc/crc8.ko"
tainted crc8 FE
expect 0 modprobe -f crc_itu_t
