# --remove-holders takes away the users of a module before it.
expect 0 modprobe btrfs
expect 0 modprobe -r --remove-holders -v xor
absent btrfs xor
