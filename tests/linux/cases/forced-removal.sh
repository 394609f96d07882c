# rmmod -f removes a module in use and marks the kernel (R); not a held one.
expect 0 modprobe test_static_keys
expect 1 rmmod -f test_static_key_base
expect 0 rmmod -f test_static_keys
absent test_static_keys
loaded test_static_key_base
