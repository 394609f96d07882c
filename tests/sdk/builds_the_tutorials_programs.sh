# The two hello-world programs as tutorials print them, from 2000 and from today, load, speak and go.
. "$(dirname "$0")/lib/common.sh"
mkdir "$work/m"
cat > "$work/m/simpleModule.c" <<'EOF'
#include <linux/kernel.h>
#include <linux/module.h>
#if CONFIG_MODVERSIONS==1
#define MODVERSIONS
#include <linux/modversions.h>
#endif
int init_module()
{
printk("init_module invoked\n");
printk("the message is printed from the kernel space\n");
return 0;
}
void cleanup_module()
{
printk("cleanup_module invoked\n");
printk("module is now going to be unloaded from the kernel\n");
}
EOF
cat > "$work/m/mymodule.c" <<'EOF'
#include <linux/init.h>
#include <linux/module.h>
MODULE_LICENSE("GPL");
static int my_init_function(void)
{
	printk(KERN_INFO "Hello, world!\n");
	return 0;
}
static void my_exit_function(void)
{
	printk(KERN_INFO "Goodbye, world!\n");
}
module_init(my_init_function);
module_exit(my_exit_function);
EOF
echo 'obj-m += simpleModule.o mymodule.o' > "$work/m/Makefile"
sdk_make "$work/m" modules
. "$(dirname "$0")/lib/kernel.sh"
for name in simpleModule mymodule; do
  "$KMODERN_BIN/insmod" "$work/m/$name.ko"
  "$KMODERN_BIN/lsmod" | grep -q "^$name " || fail "lsmod does not show $name"
  "$KMODERN_BIN/rmmod" $name
done
for line in "init_module invoked" "the message is printed from the kernel space" "cleanup_module invoked" \
  "module is now going to be unloaded from the kernel" "Hello, world!" "Goodbye, world!" \
  "simpleModule: module license 'unspecified' taints kernel"; do
  "$KMODERN" dmesg | grep -qF "$line" || fail "the log does not say: $line"
done
