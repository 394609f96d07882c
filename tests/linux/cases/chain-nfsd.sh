# A chain of five, and a removal that stops at a module that something else still uses.
expect 0 modprobe nfsd
loaded nfsd auth_rpcgss nfs_acl lockd grace sunrpc
run lsmod
expect 1 modprobe -r sunrpc
loaded sunrpc
expect 0 modprobe -r nfsd
absent nfsd lockd
