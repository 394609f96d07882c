#!/usr/bin/env bash
# A kernel that is killed (SIGKILL) while somebody waits for it: each gets one line with errno and cure and exit status 1,
# at once; nothing is left that keeps a new kernel of that name from starting. The kernel of another user is refused.
set -eu
bin=$KMODERN_BIN
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:killed
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop killed >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "killed: $*" >&2; exit 1; }

cat >"$work/sleepy.c" <<'EOF'
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/module.h>
static char *where = "open";
module_param(where, charp, 0);
static int sleepy_open(struct inode *inode, struct file *file)
{
	pr_info("sleepy: waits\n");
	if (where[0] == 'o')
		msleep(1000 * 1000);
	return 0;
}
static ssize_t sleepy_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	msleep(1000 * 1000);
	return 0;
}
static const struct file_operations operations = {.owner = THIS_MODULE, .open = sleepy_open, .read = sleepy_read};
static int major;
static int __init sleepy_init(void)
{
	if (where[0] == 'i') {
		pr_info("sleepy: waits\n");
		msleep(1000 * 1000);
	}
	major = register_chrdev(0, "sleepy", &operations);
	return major < 0 ? major : 0;
}
static void __exit sleepy_exit(void)
{
	unregister_chrdev(major, "sleepy");
	pr_info("sleepy: waits\n");
	msleep(1000 * 1000);
}
module_init(sleepy_init);
module_exit(sleepy_exit);
MODULE_LICENSE("GPL");
EOF
echo 'obj-m := sleepy.o' >"$work/Makefile"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"

begin() {
  "$bin/kmodern" kernel start killed >/dev/null
  server=$("$bin/kmodern" kernel status killed | sed -n 's/^ *pid *//p')
}
# dies LINES COMMAND...: begun, and with the kernel killed when COMMAND waits, it says so in LINES lines.
dies() {
  local lines=$1 status=0; shift
  "$bin/$1" "${@:2}" >"$work/out" 2>"$work/error" &
  local waiting=$!
  until "$bin/kmodern" dmesg | grep -q "${marker:-sleepy: waits}"; do sleep 0.01; done
  [[ -z ${marker:-} ]] || until [[ -s $work/out ]]; do sleep 0.01; done
  kill -KILL "$server"
  wait "$waiting" || status=$?
  [[ $status == 1 ]] || fail "$*: exit status $status"
  grep -q 'ECONNRESET' "$work/error" && grep -q '`kmodern kernel start killed` starts it' "$work/error" ||
    fail "$* does not say what happened: $(<"$work/error")"
  [[ $(wc -l <"$work/error") == "$lines" ]] || fail "$* takes more or less than $lines lines: $(<"$work/error")"
  "$bin/lsmod" 2>"$work/error" && fail 'lsmod answers without a kernel'
  grep -q 'ECONNREFUSED' "$work/error" || fail "$(<"$work/error")"
}

begin; dies 2 insmod "$work/sleepy.ko" where=init
begin; "$bin/insmod" "$work/sleepy.ko"; dies 1 kmodern open --read /dev/sleepy
begin; "$bin/insmod" "$work/sleepy.ko" where=read; dies 1 kmodern open --read /dev/sleepy
begin; "$bin/insmod" "$work/sleepy.ko"; dies 2 rmmod sleepy
begin; marker='kmodern user-space kernel'; dies 1 kmodern dmesg -w
begin; [[ $("$bin/lsmod" | wc -l) == 1 ]] || fail 'the new kernel is not empty'

# Its socket where one of ours is looked for.
if [[ $(id -u) == 0 ]] && setpriv --reuid=65534 --clear-groups true 2>/dev/null; then
  "$bin/kmodern" kernel stop killed >/dev/null
  chmod 711 "$work"
  install -d -o 65534 -m 700 "$work/theirs"
  theirs() { setpriv --reuid=65534 --clear-groups env XDG_RUNTIME_DIR="$work/theirs" "$bin/kmodern" kernel "$@" killed; }
  if theirs start >"$work/error" 2>&1; then
    chmod 700 "$work"
    ln -s "$work/theirs/kmodern/killed.sock" "$work/kmodern/killed.sock"
    for tool in lsmod 'rmmod x' "insmod $work/sleepy.ko" 'kmodern dmesg'; do
      "$bin/"$tool >/dev/null 2>"$work/error" && fail "$tool speaks to another user's kernel"
      grep -q 'user:killed: belongs to uid 65534, not to 0 (EPERM' "$work/error" || fail "$tool: $(<"$work/error")"
    done
    chmod 711 "$work"; theirs stop >/dev/null; chmod 700 "$work"
  fi
  rm -f "$work/kmodern/killed.sock"
fi
