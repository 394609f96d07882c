# A licence that is not free taints the kernel with P.
expect 0 insmod "$fixtures/other-licence/ts_bm.ko"
tainted ts_bm PE
logged "ts_bm: module license 'XPL' taints kernel."
