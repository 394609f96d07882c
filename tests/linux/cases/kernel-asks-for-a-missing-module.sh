# A request that nothing can serve: the caller gets its own error, and nothing hangs.
command -v modprobe >/proc/sys/kernel/modprobe
mkdir mounted
run mount -t nosuchfs none mounted
run ip link add type nosuchlink
absent msdos
