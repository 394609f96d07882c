# The tools' JSON is about the same modules as the kernel's list.
# only: ours
expect 0 modprobe xfs
expect 0 lsmod --json
says '"xfs"'
expect 0 modinfo --json crc7
expect 0 modprobe -D --json btrfs
