# The tutorials' way of 2000, word for word: the compiler alone makes simpleModule.o, insmod links and loads it, lsmod
# and /proc/ksyms show it, rmmod takes it away. And what a module of the time can: use counts, parameters, exported
# symbols, the kernel's version, autoclean.
. "$(dirname "$0")/lib/common.sh"
export PATH=$KMODERN_BIN:$PATH C_INCLUDE_PATH=$source_dir/sdk/include
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }
cd "$work"
cat > simpleModule.c <<'END'
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
END
said=$(gcc -Wall -DMODULE -D__KERNEL__ -DLINUX -O -c simpleModule.c 2>&1) || fail "$said"
[ -z "$said" ] || fail "gcc warns: $said"

# Linux has no such calls since 2.5.
status=0; said=$(insmod --kernel linux simpleModule.o 2>&1) || status=$?
[ $status = 1 ] || fail "insmod into linux gives $status"
has "$said" 'linux has no create_module(2) for it'
said=$(rmmod --kernel linux --all 2>&1) && fail 'rmmod --all of linux'
has "$said" 'linux has no --all'
said=$(insmod --kernel linux --autoclean simpleModule.o 2>&1) && fail 'insmod --autoclean into linux'
has "$said" 'linux has no --autoclean'

. "$source_dir/tests/sdk/lib/kernel.sh"
said=$(insmod simpleModule.o 2>&1) || fail "$said"
has "$said" 'loading simpleModule.o will taint the kernel: no license'
has "$(lsmod)" 'simpleModule'
has "$(lsmod --classic)" '  0 (unused)'
has "$(kmodern cat /proc/ksyms)" '_printk'
has "$(kmodern cat /proc/modules)" 'simpleModule '
said=$(insmod simpleModule.o 2>&1) && fail 'it loads twice'
has "$said" 'File exists'
rmmod simpleModule
[ "$(lsmod | wc -l)" = 1 ] || fail "something is left: $(lsmod)"
for line in 'init_module invoked' 'the message is printed from the kernel space' 'cleanup_module invoked' \
  'module is now going to be unloaded from the kernel'; do
  has "$(kmodern dmesg)" "$line"
done

# Two modules, one using the other's symbol, with parameters, and a use count that a file counts.
cat > first.c <<'END'
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/fs.h>
static int number = 1;
static char *word = "nothing";
static short list[4];
static char letters[8];
MODULE_PARM(number, "i");
MODULE_PARM(word, "s");
MODULE_PARM(list, "1-4h");
MODULE_PARM(letters, "c8");
MODULE_LICENSE("GPL");
int first_number(void) { return number; }
int first_hidden(void) { return 0; }
EXPORT_SYMBOL(first_number);
static int first_open(struct inode *inode, struct file *file) { MOD_INC_USE_COUNT; return 0; }
static int first_release(struct inode *inode, struct file *file) { MOD_DEC_USE_COUNT; return 0; }
static struct file_operations first_operations = { .open = first_open, .release = first_release };
int init_module(void)
{
	int (*volatile say)(const char *, ...) = _printk;

	say("first: %d %s %d %d %s\n", number, word, list[0], list[1], letters);
	return register_chrdev(240, "first", &first_operations);
}
void cleanup_module(void) { unregister_chrdev(240, "first"); }
END
cat > second.c <<'END'
#include <linux/module.h>
#include <linux/kernel.h>
MODULE_LICENSE("GPL");
int first_number(void);
int second_global(void) { return 0; }
int init_module(void) { printk("second: %d\n", first_number()); return 0; }
void cleanup_module(void) { printk("second: gone\n"); }
END
sed 's/first_number/first_missing/' second.c > third.c
sed 's/return 0; }$/return -12; }/' second.c > fails.c
for name in first second third fails; do gcc -Wall -DMODULE -D__KERNEL__ -O -c $name.c; done
said=$(insmod second.o 2>&1) && fail 'second loads without first'
has "$said" 'Unknown symbol first_number'
said=$(insmod first.o number=abc 2>&1) && fail 'number=abc'
has "$said" "'number=abc' does not fit its parameter of type 'i'"
said=$(insmod first.o colour=red 2>&1) && fail 'colour=red'
has "$said" "no parameter 'colour'"
insmod --autoclean first.o number=-7 'word="two words"' list=3,4 letters=abcdefg
has "$(kmodern dmesg)" 'first: -7 two words 3 4 abcdefg'
insmod -k second.o
has "$(kmodern dmesg)" 'second: -7'
has "$(lsmod --classic)" '  0 (autoclean) [second]'
has "$(kmodern cat /proc/ksyms)" $'first_number\t[first]'
has "$(kmodern cat /proc/ksyms)" $'second_global\t[second]'
grep -q first_hidden <<<"$(kmodern cat /proc/ksyms)" && fail 'EXPORT_SYMBOL does not hide the others'
said=$(rmmod first 2>&1) && fail 'first goes though second uses it'
has "$said" 'Module first is in use by: second'
said=$(insmod fails.o 2>&1) && fail 'a failed init'
has "$said" 'its init returned -12 (ENOMEM)'
said=$(insmod third.o 2>&1) && fail 'third loads'
[ "$(lsmod | wc -l)" = 3 ] || fail "a failed load leaves something: $(lsmod --classic)"

# The sweep: second was never used; once it is gone, first, which it had used, is an idle module like others.
rmmod --all && rmmod -a
[ "$(lsmod | wc -l)" = 3 ] || fail 'a module that was never used went'
rmmod second
"$KMODERN" open /dev/first </dev/null >/dev/null 2>&1 || true
rmmod --all
has "$(lsmod --classic)" 'first'
rmmod --all
[ "$(lsmod | wc -l)" = 1 ] || fail "the second pass leaves: $(lsmod --classic)"

# A module of another kernel's, or one that does not tell.
sed 's/return 0; }$/return 0; }/; s/first_number()/0/' second.c > other.c
gcc -Wall -DMODULE -D__KERNEL__ -D__NO_VERSION__ -O -c other.c
said=$(insmod other.o 2>&1) && fail 'a module without kernel_version'
has "$said" 'does not tell the kernel version'
printf 'char kernel_version[] = "2.0.36";\n' >> other.c
gcc -Wall -DMODULE -D__KERNEL__ -D__NO_VERSION__ -O -c other.c
said=$(insmod other.o 2>&1) && fail 'a module of 2.0.36'
has "$said" 'was compiled for kernel version 2.0.36'
said=$(insmod -f other.o 2>&1) || fail "$said"
[ "$(kmodern cat /proc/sys/kernel/tainted)" = 3 ] || fail 'no license and force do not taint'
rmmod other
