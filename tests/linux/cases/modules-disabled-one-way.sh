# modules_disabled takes 1, once, and nothing else.
# only: kernel
file=/proc/sys/kernel/modules_disabled
for value in 0 2 -1 text 1 0 1; do
  run sh -c "echo $value >$file"
  expect 0 cat "$file"
done
