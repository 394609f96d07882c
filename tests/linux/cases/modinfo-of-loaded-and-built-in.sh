# modinfo by name, by file and of what is built in.
expect 0 modinfo btrfs
expect 0 modinfo -F depends xfs
expect 0 modinfo -0 crc7
expect 0 modinfo "$(file_of brd)"
expect 0 modinfo -p brd
expect 0 modinfo ipv6
expect 0 modinfo fs-msdos
expect 1 modinfo no_such_module
expect 0 modinfo "$fixtures/packed/crc7.ko.zst"
