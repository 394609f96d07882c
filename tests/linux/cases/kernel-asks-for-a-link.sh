# rtnl-link-dummy, asked for by the kernel on behalf of ip(8).
# only: linux
command -v modprobe >/proc/sys/kernel/modprobe
expect 0 ip link add dummy7 type dummy
loaded dummy
run su nobody -c 'ip link add dummy8 type dummy'
