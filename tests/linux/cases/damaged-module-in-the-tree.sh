# modprobe of a damaged file of the tree.
cp "$fixtures/cut/crc7.ko" "$(file_of crc7)"
expect 1 modprobe crc7
rm "$(file_of crc8)"
expect 1 modprobe crc8
absent crc7 crc8
