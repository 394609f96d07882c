# A module without dependencies goes in by its file and out by its name, and leaves no trace.
expect 0 insmod "$(file_of crc7)"
loaded crc7
expect 0 rmmod crc7
absent crc7
