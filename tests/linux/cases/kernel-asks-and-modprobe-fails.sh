# The kernel's own request for a damaged module: the caller gets its error, the kernel's log the reason.
# only: linux
command -v modprobe >/proc/sys/kernel/modprobe
cp "$fixtures/cut/crc7.ko" "$(file_of dummy)"
run ip link add dummy7 type dummy
logged 'Invalid ELF section header overflow'
absent dummy
