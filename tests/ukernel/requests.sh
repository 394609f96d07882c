#!/usr/bin/env bash
# Opening a device whose module is not loaded loads it: by kmodern's modprobe and by Debian's, started as Linux starts it;
# and what comes of programs that hang, crash, lie or are not there.
set -eu
bin=$KMODERN_BIN kmodern=$KMODERN_BIN/kmodern
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:asks
mkdir -m 700 "$work/runtime"
trap '"$kmodern" kernel stop asks >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "requests: $*" >&2; "$kmodern" dmesg >&2 || true; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }
inside() { "$kmodern" run -k "$KMODERN_KERNEL" -- "$@"; }
set_to() { inside sh -c 'printf "%s\n" "$2" >/proc/sys/kernel/$1' sh "$@"; }
refused() { # the device cannot be opened
  said=$("$kmodern" open -r /dev/wanted 2>&1 </dev/null) && fail "/dev/wanted opens: $said"
  has "$said" ENXIO
}

mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR/modules/wanted.c" "$work/modules"
echo 'obj-m := wanted.o' >"$work/modules/Makefile"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" INSTALL_MOD_PATH="$work/root" modules modules_install \
  >"$work/make" 2>&1 || fail "$(<"$work/make")"

"$kmodern" kernel start --root "$work/root" --sysctl modprobe="$bin/modprobe" asks >/dev/null
inside true 2>/dev/null || { echo "programs cannot be supervised here"; exit 77; }
has "$("$kmodern" ls /dev)" wanted

# By each modprobe, for a client and for a program.
loaders=("$bin/modprobe")
[[ $(readlink -f /sbin/modprobe) != */kmod ]] || loaders+=(/sbin/modprobe)
for loader in "${loaders[@]}"; do
  set_to modprobe "$loader"
  same "$("$kmodern" lsmod | tail -n +2)" '' "modules before $loader"
  same "$("$kmodern" open -r /dev/wanted </dev/null)" 'here I am' "$loader: open"
  has "$("$kmodern" lsmod)" wanted
  "$bin/rmmod" wanted
  same "$(inside cat /dev/wanted)" 'here I am' "$loader: run"
  "$bin/rmmod" wanted
done

# Called as Linux 2.4 did, kmodern's marks what it loads: an idle module goes.
set_to modprobe "$bin/modprobe"
set_to modprobe_options '-s -k --'
same "$("$kmodern" open -r /dev/wanted </dev/null)" 'here I am' "open with -s -k"
has "$("$bin/lsmod" --classic)" '(autoclean)'
"$bin/rmmod" --all
"$bin/rmmod" --all
same "$("$kmodern" lsmod | tail -n +2)" '' "modules after two sweeps"
set_to modprobe_options '-q --'

# What the program is given.
cat >"$work/witness.c" <<'C'
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int argc, char **argv, char **environment)
{
	FILE *to = fopen(WORK "/seen", "w");
	char path[4096];
	struct sigaction action;
	for (int i = 0; i < argc; i++) fprintf(to, "argument %s\n", argv[i]);
	for (; *environment; environment++) fprintf(to, "environment %s\n", *environment);
	for (int fd = 0; fd < 1024; fd++) {
		char name[40];
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		ssize_t size = fd == fileno(to) ? -1 : readlink(name, path, sizeof(path) - 1);
		if (size > 0) path[size] = 0, fprintf(to, "file %d %s\n", fd, path);
	}
	fprintf(to, "folder %s\n", getcwd(path, sizeof(path)));
	fprintf(to, "umask %03o\n", (unsigned)umask(0));
	sigaction(SIGPIPE, NULL, &action);
	fprintf(to, "SIGPIPE %s\n", action.sa_handler == SIG_DFL ? "default" : "else");
	fprintf(to, "session %s\n", getsid(0) == getpid() ? "own" : "else");
	fclose(to);
	return 0;
}
C
cc -DWORK="\"$work\"" -o "$work/witness" "$work/witness.c"
set_to modprobe "$work/witness"
refused  # it lies: its exit status is 0, the module is not there
same "$(<"$work/seen")" "argument $work/witness
argument -q
argument --
argument char-major-240-0
environment HOME=/
environment TERM=linux
environment PATH=/sbin:/usr/sbin:/bin:/usr/bin
file 0 /dev/null
file 1 /dev/null
file 2 /dev/null
folder /
umask 022
SIGPIPE default
session own" 'what the program was given'

set_to modprobe_options '-s -k --'  # as Linux 2.2 and 2.4
refused
same "$(head -n 5 "$work/seen" | tail -n 4)" $'argument -s\nargument -k\nargument --\nargument char-major-240-0' 'classic form'
set_to modprobe_options '-q --'

# It finds nothing: the older name is tried too.
printf '#!/bin/sh\necho "$3" >>%s/names\nexit 1\n' "$work" >"$work/finds-nothing"
printf '#!/bin/sh\nkill -SEGV $$\n' >"$work/crashes"
printf '#!/bin/sh\nsleep 1000\n' >"$work/hangs"
chmod +x "$work"/{finds-nothing,crashes,hangs}
set_to modprobe "$work/finds-nothing"
refused
same "$(<"$work/names")" $'char-major-240-0\nchar-major-240' 'names'
set_to modprobe "$work/crashes"
refused
has "$("$kmodern" dmesg)" "request_module: $work/crashes for module char-major-240-0 died of signal 11 (SIGSEGV)"
set_to modprobe_timeout 1
set_to modprobe "$work/hangs"
refused
has "$("$kmodern" dmesg)" "request_module: $work/hangs for module char-major-240-0 did not end within 1 seconds and was killed"
set_to modprobe "$work/nosuch"
refused
has "$("$kmodern" dmesg)" "request_module: cannot run $work/nosuch: ENOENT"

# The kernel takes no modules any more: modprobe runs, and fails.
set_to modprobe "$bin/modprobe"
set_to modules_disabled 1
refused
same "$("$kmodern" cat /proc/modules)" '' 'modules'
