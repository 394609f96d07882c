#!/usr/bin/env bash
# kerneld serves a user-space kernel: a device that is opened brings its module, which goes when it is idle; a policy
# that changes holds at once, and one with an error does not; killed, it leaves the kernel to modprobe.
set -eu
. "$(dirname "$0")/lib.bash" daemon
readings() { grep -c "read the configuration anew" "$work/log"; }
modules() { "$bin/lsmod" | awk 'NR > 1 { print $1 }'; }
empty() { [[ -z $(modules) ]]; }
opens() { [[ $("$kmodern" open -r /dev/wanted 2>&1 </dev/null) == 'here I am' ]]; }
start() { # and waits until it serves
  : >"$work/log"
  "$bin/kerneld" -f "$work/kerneld.toml" -d "$work/root" -C "$work/modprobe.d" 2>"$work/log" &
  daemon=$!
  within 30 logged "serves user:daemon"
}
stop() { kill "-$1" $daemon && { wait $daemon || true; }; daemon=; }

mkdir "$work/modules" "$work/modprobe.d"
cp "$KMODERN_SOURCE_DIR/modules/wanted.c" "$work/modules"
cat >"$work/modules/asks.c" <<'C'
#include <linux/kmod.h>
#include <linux/module.h>
static int asks_init(void)
{
	request_module("part-of-asks");
	return 0;
}
static void asks_exit(void)
{
}
module_init(asks_init);
module_exit(asks_exit);
MODULE_LICENSE("GPL");
C
echo 'obj-m := wanted.o asks.o' >"$work/modules/Makefile"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" INSTALL_MOD_PATH="$work/root" modules modules_install \
  >"$work/make" 2>&1 || fail "$(<"$work/make")"
"$kmodern" kernel start --root "$work/root" --sysctl modprobe="$bin/modprobe" daemon >/dev/null
"$kmodern" run -k "$KMODERN_KERNEL" -- true 2>/dev/null || { echo "programs cannot be supervised here"; exit 77; }

# What is asked for comes, and goes again.
printf '[daemon]\nidle = 1\nstore = "%s"\n' "$work/requests.db" >"$work/kerneld.toml"
start
empty || fail "there are modules before anything is asked for"
opens || fail "/dev/wanted does not open"
same "$(modules)" wanted "modules after opening"
within 30 empty
within 30 logged "took away what was idle: wanted"
opens || fail "/dev/wanted does not open a second time"

# Another one for the same kernel is refused.
"$bin/kerneld" -f "$work/kerneld.toml" 2>"$work/log2" && fail "two serve one kernel"
grep -q EBUSY "$work/log2" || fail "the second does not say why it ends"

# A change of the file holds at once; one with an error does not.
printf '[daemon]\nidle = 0\nstore = ""\n[[rule]]\naction = "deny"\nname = "wanted"\n' >"$work/kerneld.toml"
within 30 logged "read the configuration anew"
"$bin/rmmod" wanted 2>/dev/null || true
opens && fail "what is denied is loaded"
logged "kerneld.toml line 4" || fail "the log does not tell the rule"
echo 'nonsense' >>"$work/kerneld.toml"
within 30 logged "kerneld.toml line 7"
opens && fail "the former policy is not in force"
echo 'install wanted false' >"$work/modprobe.d/wanted.conf"
before=$(readings)
printf '[daemon]\nidle = 1\n' >"$work/kerneld.toml"
within 30 eval '(($(readings) > before))'
opens && fail "modprobe.d does not count"
rm "$work/modprobe.d/wanted.conf"
within 30 opens

# All of [daemon] holds at once: where it answers, where it records, how many load.
settings() { # TEXT: and waits until they hold
  before=$(readings)
  printf '[daemon]\nidle = 1\n%s\n' "$1" >"$work/kerneld.toml"
  within 30 eval '(($(readings) > before))'
}
recorded() { "$kmodern" requests -S "$1" --json 2>/dev/null | grep -q '"name":"char-major-240-'; }
settings "$(printf 'workers = 1\nsocket = "%s/second.sock"\nstore = "%s/second.db"' "$work" "$work")"
"$kmodern" status --socket "$work/second.sock" | grep -q "^record *$work/second.db" || fail "status of the second socket"
[[ ! -e $work/runtime/kmodern/daemon.kerneld ]] || fail "the first socket is still there"
"$bin/rmmod" wanted 2>/dev/null || true
opens || fail "/dev/wanted does not open after the settings have changed"
within 30 recorded "$work/second.db"
before=$(readings)
printf '[daemon]\nsocket = "%s/nowhere/x.sock"\nstore = "%s/third.db"\n' "$work" "$work" >"$work/kerneld.toml"
within 30 logged "nowhere/x.sock"
"$kmodern" status --socket "$work/second.sock" | grep -q "^record *$work/second.db" || fail "settings with an error count"
settings ''

# What a module's init asks for is asked for by who loads it.
"$bin/insmod" "$work/modules/asks.ko"
"$bin/rmmod" asks
"$kmodern" run -k "$KMODERN_KERNEL" -- "$bin/insmod" "$work/modules/asks.ko"
"$bin/rmmod" asks
askers() { "$kmodern" requests -S "$work/runtime/kmodern/daemon.requests.db" -v -n part-of-asks; }
within 30 eval '[[ $(askers | grep -c "command .*insmod $work/modules/asks.ko") == 2 ]]'
askers | grep -q "cause *request_module by asks" || fail "the cause of what an init asks for: $(askers)"

"$kmodern" status | grep -q '^kerneld *runs' || fail "it does not answer at the first socket again"

# Killed, it leaves the kernel to modprobe; the next one finds what this one has loaded.
opens || fail "/dev/wanted does not open before the kill"
stop 9
opens || fail "it is loaded, and does not open"
start
within 30 empty
stop 9
opens || fail "without a daemon nothing is loaded"
same "$(modules)" wanted "modules by modprobe"
"$bin/rmmod" wanted

# What the manager opened is where it answers.
if command -v systemd-socket-activate curl >/dev/null; then
  systemd-socket-activate -E XDG_RUNTIME_DIR -E KMODERN_KERNEL -l "$work/control" "$bin/kerneld" -f "$work/kerneld.toml" -d "$work/root" 2>"$work/log" &
  daemon=$!
  within 30 test -S "$work/control"
  curl -s --unix-socket "$work/control" http://kerneld/status >"$work/status" || fail "GET /status"
  grep -q '"kernel": "user:daemon"' "$work/status" || fail "the status is $(<"$work/status")"
  stop TERM
fi

# It ends with its kernel, and says so.
start
"$kmodern" kernel stop daemon
wait $daemon && fail "it outlives its kernel well"
daemon=
logged ECONNRESET || fail "it does not say that the kernel has gone"
