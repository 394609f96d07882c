# A compressed file that ends too early.
expect 1 insmod "$fixtures/packed/cut/crc7.ko.xz"
absent crc7
