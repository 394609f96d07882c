# modprobe.d's options come before those of the command line; names may be written with either dash.
configure 'options brd rd_nr=1 rd_size=2048' 'options i2c-stub functionality=0x20000'
expect 0 modprobe -v brd rd_size=512
[ "$(cat /sys/module/brd/parameters/rd_size)" = 512 ] || complain 'the command line does not win'
expect 0 modprobe -v i2c_stub chip_addr=0x20,0x30
expect 0 modprobe -c
