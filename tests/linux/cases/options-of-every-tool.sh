# Missing arguments and unknown options.
expect 1 insmod
expect 1 modprobe
expect 1 modinfo
expect 1 modprobe --no-such-option
expect 1 rmmod --no-such-option
expect 1 lsmod --no-such-option
expect 1 depmod --no-such-option
expect 1 modinfo --no-such-option
