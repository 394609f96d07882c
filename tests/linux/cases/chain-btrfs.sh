# Dependencies and soft dependencies come first; removal takes away what nobody needs any more.
expect 0 modprobe -v btrfs
loaded btrfs xor raid6_pq zstd_compress libcrc32c blake2b_generic
run lsmod
expect 0 modprobe -r -v btrfs
absent btrfs xor raid6_pq zstd_compress libcrc32c
