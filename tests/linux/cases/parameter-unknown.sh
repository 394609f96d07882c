# The kernel ignores a parameter that the module does not have, and says so in its log.
expect 0 modprobe dummy nosuchparam=1
logged "dummy: unknown parameter 'nosuchparam' ignored"
loaded dummy
