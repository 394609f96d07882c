# The alias that the kernel asks for when a program opens a socket of a family.
expect 0 modprobe net-pf-40
loaded vsock
run modprobe -r vsock
