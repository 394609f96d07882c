# delete_module(2)'s refusals; O_NONBLOCK (0x800) changes nothing, O_TRUNC (0x200) forces.
# only: kernel
call() { expect 0 modcall delete "$@"; }
expect 0 modprobe test_static_keys
call bad
call ''
call nosuch
call long:55
call long:56
call long:5000
call test-static-keys
call test_static_key_base
call test_static_key_base 0x800
call test_static_key_base 0xa00
call test_static_keys 0x800
call test_static_key_base
call test_static_key_base
