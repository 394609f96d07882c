# modprobe of a loaded module is done already; with --first-time that is an error.
expect 0 modprobe crc7
expect 0 modprobe crc7
expect 1 modprobe --first-time crc7
expect 0 modprobe -r crc7
expect 0 modprobe -r crc7
expect 1 modprobe -r --first-time crc7
absent crc7
