# What the module says of itself taints the kernel: not intree (O), staging (C), test (N), a licence (P).
# only: kernel
for kind in out-of-tree staging test-module no-retpoline other-licence; do
  for file in "$fixtures/$kind"/*.ko; do
    expect 0 insmod "$file"
    name=${file##*/}
    run cat "/sys/module/${name%.ko}/taint"
    run cat /proc/sys/kernel/tainted
    expect 0 rmmod "${name%.ko}"
  done
done
