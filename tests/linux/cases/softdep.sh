# pre modules before, post modules after; removal in the opposite order.
configure 'softdep crc7 pre: crc8 post: dummy'
expect 0 modprobe -v crc7
loaded crc7 crc8 dummy
expect 0 modprobe -r -v crc7
absent crc7 crc8 dummy
