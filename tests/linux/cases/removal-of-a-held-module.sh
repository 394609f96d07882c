# A module that another one uses stays, and the tool says who holds it.
expect 0 modprobe test_static_keys
expect 1 rmmod test_static_key_base
warns 'in use by: test_static_keys'
expect 1 modprobe -r test_static_key_base
loaded test_static_key_base
expect 0 rmmod test_static_keys test_static_key_base
absent test_static_keys test_static_key_base
