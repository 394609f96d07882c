# A .ko.gz: this kernel cannot decompress, so the tool does it and calls init_module.
expect 0 insmod "$fixtures/packed/crc7.ko.gz"
loaded crc7
tainted crc7 ''
expect 0 rmmod crc7
file=$(file_of crc7)
cp "$fixtures/packed/crc7.ko.gz" "$file.gz"
rm "$file"
expect 0 depmod -a
expect 0 modprobe crc7
loaded crc7
