# Parameters from the command line, seen in /sys/module.
# only: linux
expect 0 modprobe brd rd_nr=2 rd_size=512
[ "$(cat /sys/module/brd/parameters/rd_size)" = 512 ] || complain 'rd_size is not 512'
[ -e /dev/ram1 ] && [ ! -e /dev/ram2 ] || complain 'rd_nr is not 2'
expect 0 rmmod brd
expect 0 insmod "$(file_of brd)" rd_nr=1 max_part=4
[ "$(cat /sys/module/brd/parameters/max_part)" = 4 ] || complain 'max_part is not 4'
