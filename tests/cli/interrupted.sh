#!/usr/bin/env bash
# Ctrl-C while a kernel does not answer: one line that says so, exit status 1, and the kernel is as it was.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:busy
chmod 700 "$work"
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
trap 'kill -CONT "$server" 2>/dev/null; "$bin/kmodern" kernel stop busy >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
"$bin/kmodern" kernel start busy >/dev/null
server=$("$bin/kmodern" kernel status busy | sed -n 's/^ *pid *//p')
printf 'obj-m += quiet.o patient.o\n' >"$work/Makefile"
printf '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n' >"$work/quiet.c"
cat >"$work/patient.c" <<'EOF'
#include <linux/delay.h>
#include <linux/module.h>
static int __init patient_init(void)
{
	if (!msleep_interruptible(1000 * 1000))
		return 0;
	pr_info("patient: interrupted\n");
	return -EINTR;
}
module_init(patient_init);
MODULE_LICENSE("GPL");
EOF
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work" modules >"$work/make" 2>&1 || { cat "$work/make"; exit 1; }

for tool in "insmod $work/quiet.ko" 'rmmod quiet' 'lsmod'; do
  kill -STOP "$server"
  status=0
  timeout --preserve-status --foreground -s INT 1 "$bin/"$tool >/dev/null 2>"$work/error" || status=$?
  kill -CONT "$server"
  [[ $status == 1 ]] || { echo "$tool: status $status"; exit 1; }
  grep -q "^${tool%% *}: ERROR: interrupted (EINTR)" "$work/error" || { cat "$work/error"; exit 1; }
done
"$bin/lsmod" >/dev/null

# What an init waits for is interrupted as on Linux, and its error undoes the load.
timeout --foreground -s INT 1 "$bin/insmod" "$work/patient.ko" 2>/dev/null && { echo 'insmod does not wait'; exit 1; }
until "$bin/kmodern" dmesg | grep -q 'patient: interrupted'; do sleep 0.05; done
until [[ $("$bin/lsmod" | wc -l) == 1 ]]; do sleep 0.05; done
