# A CRC that differs from the kernel's.
cp "$fixtures/other-crc/crc8.ko" "$(file_of crc8)"
expect 1 insmod "$(file_of crc8)"
logged 'crc8: disagrees about version of symbol __x86_return_thunk'
expect 1 modprobe crc8
absent crc8
expect 0 modprobe --force-modversion crc8
tainted crc8 FE
