# Forcing a compressed module: the marks are taken out of the decompressed image.
expect 0 insmod -f "$fixtures/packed/crc7.ko.xz"
tainted crc7 FE
