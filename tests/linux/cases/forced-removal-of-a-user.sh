# rmmod -f of a module that nothing uses does not taint; one that modules use stays.
# only: kernel
expect 0 modprobe xfs
expect 1 rmmod -f libcrc32c
expect 0 rmmod -f xfs
expect 0 cat /proc/sys/kernel/tainted
expect 0 rmmod libcrc32c
