# A parameter is read and written by its mode.
# only: kernel
expect 0 insmod "$(file_of i2c-stub)" chip_addr=0x20 functionality=5
cd /sys/module/i2c_stub/parameters
for name in *; do run stat -c '%A %n' "$name"; done
run cat functionality chip_addr
run sh -c 'echo 7 >functionality'
run cat functionality
run sh -c 'echo x >functionality'
run sh -c 'echo 1 >chip_addr'
run cat functionality chip_addr
