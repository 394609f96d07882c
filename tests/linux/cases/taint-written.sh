# /proc/sys/kernel/tainted takes more taints, and gives none back.
# only: kernel
file=/proc/sys/kernel/tainted
for value in 0 4 512 0 text; do
  run sh -c "echo $value >$file"
  expect 0 cat "$file"
done
