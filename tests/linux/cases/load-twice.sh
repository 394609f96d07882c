# A second load of the same module is refused by the kernel with EEXIST.
expect 0 insmod "$(file_of crc7)"
expect 1 insmod "$(file_of crc7)"
warns 'File exists'
loaded crc7
