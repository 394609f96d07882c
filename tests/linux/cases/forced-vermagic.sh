# --force-vermagic gets it in all the same: the module is tainted F (forced) and E (the mark removes the signature).
cp "$fixtures/other-vermagic/crc7.ko" "$(file_of crc7)"
expect 1 modprobe crc7
expect 0 modprobe --force-vermagic crc7
loaded crc7
tainted crc7 FE
