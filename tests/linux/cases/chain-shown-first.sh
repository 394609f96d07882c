# -D and -n only say what would be done.
expect 0 modprobe -D btrfs
expect 0 modprobe -n -v xfs
expect 0 modprobe -n -r -v xfs
absent btrfs xfs libcrc32c
