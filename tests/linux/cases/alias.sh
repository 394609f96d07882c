# An alias of the index and one of modprobe.d.
configure 'alias my-checksum crc7' 'alias my-* crc8' 'alias nothing off'
expect 0 modprobe fs-msdos
expect 0 modprobe my-checksum
run modprobe nothing
expect 0 modprobe -R fs-btrfs
expect 0 modprobe --resolve-alias my-other
loaded msdos crc7
