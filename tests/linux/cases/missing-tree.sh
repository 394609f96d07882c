# No folder for the running kernel's release.
mv "$tree" "$tree.away"
expect 1 modprobe crc7
run depmod -a
absent crc7
