# lsmod's table, with holders, counts and newest first.
expect 0 lsmod
expect 0 modprobe -a xfs nfsd dummy
expect 0 lsmod
says 'Module                  Size  Used by'
expect 1 lsmod too many
