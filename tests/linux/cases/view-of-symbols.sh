# /proc/kallsyms of modules: order, letters, names; addresses are hidden from others than root.
# only: kernel
expect 0 modprobe -a raid6_pq brd crc7
for name in raid6_pq brd crc7; do
  expect 0 sh -c "grep '\[$name\]' /proc/kallsyms | sed 's/^[0-9a-f]\{16\} //'"
done
expect 0 su nobody -c "grep '\[crc7\]' /proc/kallsyms | head -n 2"
expect 0 su nobody -c 'head -n 3 /proc/modules'
