# A name that no index knows; -q is silent and has the same exit status.
expect 1 modprobe no_such_module
warns 'no_such_module'
expect 1 modprobe -q no_such_module
expect 1 modprobe -r -q no_such_module
