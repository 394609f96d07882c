# No signature: loaded, and tainted E.
expect 0 insmod "$fixtures/unsigned/crc7.ko"
tainted crc7 E
logged 'crc7: module verification failed: signature and/or required key missing - tainting kernel'
