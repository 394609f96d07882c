# Without CAP_SYS_MODULE: EPERM, and nothing changes.
expect 1 su nobody -c "insmod $(file_of crc7)"
warns 'Operation not permitted'
expect 1 su nobody -c 'modprobe crc7'
expect 0 modprobe crc7
expect 1 su nobody -c 'rmmod crc7'
expect 1 su nobody -c 'modprobe -r crc7'
expect 0 su nobody -c lsmod
loaded crc7
