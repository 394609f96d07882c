#!/usr/bin/env bash
# What module code must not do, done in init, in a device's read and in exit: each is one clear error of the tool (exit
# status 1), an oops in the log that names the function and the exception, and a pinned module; the kernel lives on.
set -eu
bin=$KMODERN_BIN
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:faults
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop faults >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "faults: $*" >&2; exit 1; }

declare -A harm said
harm[null]='return *(volatile int *)8 + 1;'                      said[null]='NULL pointer dereference, address: 0000000000000008'
harm[wild]='return *(volatile int *)0x10000 + 1;'                said[wild]='unable to handle page fault for address: 0000000000010000'
harm[far]='return *(volatile int *)0xdead000000000100 + 1;'      said[far]='general protection fault'
harm[jump]='((void (*)(void))(long)(zero + 64))(); return 1;'    said[jump]='NULL pointer dereference, address: 0000000000000040'
harm[divide]='return 100 / zero + 1;'                            said[divide]='divide error'
harm[stack]='return deep(1) + 1;'                                said[stack]='stack guard page was hit'
harm[constant]='*(volatile int *)&constant = 1; return 1;'       said[constant]='unable to handle page fault'
harm[text]='*(volatile char *)harm_init = 1; return 1;'             said[text]='unable to handle page fault'
harm[data]='((void (*)(void))code)(); return 1;'                 said[data]='tried to execute NX-protected page'
harm[breakpoint]='asm volatile("int3"); return 1;'               said[breakpoint]='int3'
harm[opcode]='asm volatile("ud2"); return 1;'                    said[opcode]='invalid opcode'
harm[privileged]='asm volatile("hlt"); return 1;'                said[privileged]='general protection fault'
harm[bug]='BUG(); return 1;'                                     said[bug]='kernel BUG at '

for kind in "${!harm[@]}"; do
  cat >"$work/f_$kind.c" <<EOF
#include <linux/module.h>
#include <linux/fs.h>
static volatile int zero;
static __maybe_unused const int constant = 3;
static __maybe_unused unsigned char code[16] = {0xc3};
static __maybe_unused noinline int deep(int n)
{
	volatile char frame[512];
	frame[0] = n;
	return zero ? 0 : deep(n + 1) + frame[0];
}
static int harm_init(void);
static noinline int do_harm(void) { ${harm[$kind]} }
static char *when = "init";
module_param(when, charp, 0);
static ssize_t harm_read(struct file *file, char __user *to, size_t n, loff_t *at) { return do_harm() - 1; }
static const struct file_operations operations = {.owner = THIS_MODULE, .read = harm_read};
static int major;
static int harm_init(void)
{
	if (when[0] == 'i')
		return do_harm() - 1;
	major = register_chrdev(0, "harm", &operations);
	return major < 0 ? major : 0;
}
static void __exit harm_exit(void)
{
	unregister_chrdev(major, "harm");
	if (when[0] == 'e')
		do_harm();
}
module_init(harm_init);
module_exit(harm_exit);
MODULE_LICENSE("GPL");
EOF
  echo "obj-m += f_$kind.o" >>"$work/Makefile"
done
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"

# expect KIND WHERE COMMAND...: it ends with status 1, and tool and log tell of the fault.
expect() {
  local kind=$1 where=$2 status=0 log; shift 2
  "$bin/$1" "${@:2}" >/dev/null 2>"$work/error" || status=$?
  [[ $status == 1 ]] || fail "$kind in $where: exit status $status: $(<"$work/error")"
  grep -qF "${said[$kind]}" "$work/error" || fail "$kind in $where: the tool does not say '${said[$kind]}': $(<"$work/error")"
  grep -qF "faulted" "$work/error" || fail "$kind in $where: $(<"$work/error")"
  log=$("$bin/kmodern" dmesg | tail -n +"$((seen + 1))")
  grep -qF "${said[$kind]}" <<<"$log" || fail "$kind in $where: the log has no '${said[$kind]}'"
  grep -qE '(do_harm|deep|code)[.a-z0-9]*\+0x[0-9a-f]+/0x[0-9a-f]+ \[f_' <<<"$log" || fail "$kind in $where: no symbol: $log"
  grep -qE ' \[#[0-9]+\]$' <<<"$log" || fail "$kind in $where: the oops is not counted"
}
restart() {
  "$bin/kmodern" kernel stop faults >/dev/null 2>&1 || true
  "$bin/kmodern" kernel start faults >/dev/null
}
lines() { seen=$("$bin/kmodern" dmesg | wc -l); }

restart
for kind in "${!harm[@]}"; do
  lines; expect "$kind" init insmod "$work/f_$kind.ko"
  "$bin/rmmod" "f_$kind" 2>"$work/error" && fail "$kind: removed though it faulted"
  grep -q 'it faulted during its init and is pinned (EBUSY)' "$work/error" || fail "$kind: $(<"$work/error")"
done
for kind in "${!harm[@]}"; do
  restart
  "$bin/insmod" "$work/f_$kind.ko" when=read
  lines; expect "$kind" read kmodern open --read /dev/harm
  restart
  "$bin/insmod" "$work/f_$kind.ko" when=exit
  lines; expect "$kind" exit rmmod "f_$kind"
  [[ $(wc -l <"$work/error") == 2 ]] || fail "$kind in exit is not told in two lines: $(<"$work/error")"
done
"$bin/insmod" "$work/f_null.ko" when=never
"$bin/rmmod" f_null
