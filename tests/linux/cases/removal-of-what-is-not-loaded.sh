# rmmod of an unknown, an absent and a built-in module.
expect 1 rmmod no_such_module
warns 'not currently loaded'
expect 1 rmmod crc7
expect 1 rmmod ipv6
expect 1 modprobe -r ipv6
expect 1 rmmod printk
expect 1 rmmod
