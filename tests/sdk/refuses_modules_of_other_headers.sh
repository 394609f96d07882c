# A module that was built with other headers of the SDK than the kernel is refused, and what differs is said.
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/kernel.sh"
cp -r "$source_dir/sdk" "$work/sdk"
mkdir "$work/m"
write_module "$work/m" plain 'printk(KERN_INFO "here\n");'
cat > "$work/m/device.c" <<'EOF2'
#include <linux/cdev.h>
#include <linux/module.h>
static struct file_operations operations;
static struct cdev device;
static int __init start(void) { cdev_init(&device, &operations); return 0; }
module_init(start);
MODULE_LICENSE("GPL");
EOF2
echo 'obj-m := plain.o device.o' > "$work/m/Makefile"
build() { make -C "$work/sdk" M="$work/m" modules > "$work/out" 2>&1 || fail "$(cat "$work/out")"; }
insmod="$KMODERN_BIN/insmod"

sed -i 's/^struct file_operations {/&\n\tlong added;/' "$work/sdk/include/linux/fs.h"
build
grep -q "WARNING: .*headers are not those of .*refuse" "$work/out" || fail "modpost does not warn: $(cat "$work/out")"
"$insmod" "$work/m/plain.ko"
! "$insmod" "$work/m/device.ko" 2> "$work/errors" || fail "it was loaded"
grep -q "cdev_init" "$work/errors" || fail "$(cat "$work/errors")"
grep -qF "struct file_operations: member added at offset 0 (long) is in device, not in the kernel" "$work/errors" ||
  fail "it does not say what differs: $(cat "$work/errors")"
"$KMODERN_BIN/rmmod" plain

# What every module shares with the kernel is checked first, even if it uses no symbol of it.
sed -i 's/^struct module {/&\n\tlong added;/' "$work/sdk/include/linux/module.h"
sed -i 's/void \*reserved\[8\]/void *reserved[7]/' "$work/sdk/include/linux/module.h"
build
! "$insmod" "$work/m/plain.ko" 2> "$work/errors" || fail "it was loaded"
grep -q "module_layout" "$work/errors" || fail "$(cat "$work/errors")"
grep -qF "struct module: member added at offset 0 (long) is in plain, not in the kernel" "$work/errors" ||
  fail "it does not say what differs: $(cat "$work/errors")"
"$KMODERN_BIN/kmodern" dmesg | grep -q "plain: disagrees about version of symbol module_layout" || fail "not in the log"
