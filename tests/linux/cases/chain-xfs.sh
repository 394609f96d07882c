# xfs with what it needs, in and out.
# only: kernel
expect 0 modprobe -v xfs
expect 0 sh -c "sed 's, 0x.*,,' /proc/modules"
expect 1 rmmod libcrc32c
expect 0 modprobe -r -v xfs
absent xfs libcrc32c
