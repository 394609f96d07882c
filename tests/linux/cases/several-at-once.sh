# -a loads each; one bad name does not keep the others out.
expect 0 modprobe -a crc7 crc8
loaded crc7 crc8
expect 1 modprobe -a crc_itu_t no_such_module dummy
loaded crc_itu_t dummy
expect 0 modprobe -r crc7 crc8 dummy
absent crc7 crc8 dummy
