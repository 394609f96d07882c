# More values than an array parameter holds.
expect 1 modprobe i2c-stub chip_addr=3,4,5,6,7,8,9,10,11,12,13
absent i2c_stub
