# A module comes back as it was, with other parameters.
# only: kernel
for size in 1024 2048 4096; do
  expect 0 modprobe brd rd_size=$size
  expect 0 cat /sys/module/brd/parameters/rd_size
  expect 0 modprobe -r brd
done
absent brd
