# A chain loaded by insmod, dependencies first; removed in the wrong order, then in the right one.
# only: kernel
for name in crc32c_generic libcrc32c xfs; do expect 0 insmod "$(file_of $name)"; done
expect 1 rmmod libcrc32c
expect 0 rmmod xfs
expect 0 rmmod libcrc32c
expect 1 rmmod libcrc32c
