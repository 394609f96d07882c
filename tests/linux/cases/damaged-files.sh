# Files that are no module, or no whole one.
for kind in cut text short empty other-machine; do
  expect 1 insmod "$fixtures/$kind/crc7.ko"
done
expect 1 insmod "$fixtures"
expect 1 insmod /no/such/file.ko
expect 1 insmod /dev/null
absent crc7
