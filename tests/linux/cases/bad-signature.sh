# A signed module with one bit changed: EKEYREJECTED, though this kernel does not insist on signatures.
expect 1 insmod "$fixtures/flipped/crc7.ko"
warns 'Key was rejected by service'
absent crc7
