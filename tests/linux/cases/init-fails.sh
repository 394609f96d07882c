# The errno of a module's own init comes through (tcrypt never stays: EAGAIN).
# only: linux
expect 1 insmod "$(file_of tcrypt)"
expect 1 modprobe tcrypt
absent tcrypt
