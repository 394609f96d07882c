#!/usr/bin/env bash
# What is wrong is named in one error, with its errno or its meaning and what to do; the exit status is 1, and kmod's own
# first line comes first.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"
export KMODERN_KERNEL=linux
failed=0

# expect TEXT COMMAND...: the command fails with 1 and says TEXT on stderr.
expect() {
  local text=$1 status=0; shift
  local said; said=$("$KMODERN_BIN/$1" "${@:2}" 2>&1 >/dev/null) || status=$?
  if [ "$status" != 1 ] || ! grep -qF -- "$text" <<<"$said"; then
    printf 'FAILED: %s\n  wanted: %s\n  got (%s): %s\n' "$*" "$text" "$status" "$said"; failed=1
  fi
}

echo 'just a text' >text.ko
: >empty.ko
mkdir folder.ko
printf '\x7fELF' >short.ko

expect 'insmod: ERROR: missing filename.' insmod
expect 'insmod: ERROR: this tool does not support loading from stdin!' insmod -
expect 'insmod: ERROR: could not load module none.ko: No such file or directory' insmod none.ko
expect 'insmod: ERROR: could not insert module folder.ko: Is a directory' insmod folder.ko
expect 'insmod: ERROR: could not insert module text.ko:' insmod text.ko
expect 'it is a text file' insmod text.ko
expect 'the file is empty' insmod empty.ko
expect 'short.ko' insmod short.ko
expect "there is no such kernel" insmod --kernel windows text.ko
expect 'kmodern kernel start no-such-kernel-runs' insmod --kernel user:no-such-kernel-runs text.ko

expect 'rmmod: ERROR: missing module name.' rmmod
expect 'rmmod: ERROR: Module nothing is not currently loaded' rmmod --kernel record nothing
expect 'rmmod: ERROR: could not use module .ko' rmmod --kernel record .ko
expect 'kmodern kernel start no-such-kernel-runs' rmmod --kernel user:no-such-kernel-runs nothing

expect 'lsmod: ERROR: too many arguments provided.' lsmod x
expect 'kmodern kernel start no-such-kernel-runs' lsmod --kernel user:no-such-kernel-runs

expect 'modinfo: ERROR: missing module or filename.' modinfo
expect 'modinfo: ERROR: Module nothing not found.' modinfo -b "$work" -k 1.0 nothing
expect 'modinfo: ERROR: Module name nothing not found.' modinfo -m -b "$work" -k 1.0 nothing
expect 'lib/modules/1.0' modinfo -b "$work" -k 1.0 nothing
expect 'is a directory' modinfo ./folder.ko
expect 'it is a text file' modinfo text.ko
expect 'the file is empty' modinfo empty.ko

# A kernel's name that is none, by option and by the environment, of every command that takes one.
for command in 'insmod text.ko' 'rmmod x' lsmod 'modprobe x' 'depmod -n' 'modinfo text.ko' 'kmodern why x' 'kmodern status'; do
  for word in lunix user: 'user:a/b'; do
    read -ra words <<<"$command"
    at=1; [ "${words[0]}" = kmodern ] && at=2
    expect 'EINVAL' "${words[@]:0:at}" --kernel "$word" "${words[@]:at}"
    KMODERN_KERNEL=$word expect 'EINVAL' "${words[@]}"
  done
done
for command in dmesg 'open /dev/x' 'cat /x' 'ls /' 'mount .' 'use nls x'; do
  read -ra words <<<"$command"
  KMODERN_KERNEL=lunix expect 'KMODERN_KERNEL lunix: this command works on user-space kernels only (EINVAL' kmodern "${words[@]}"
done

# A machine whose kernel has no module support is told where modules can run.
if [ ! -e /proc/modules ]; then
  expect 'kmodern kernel start' lsmod
  expect 'kmodern kernel start' insmod text.ko
  expect 'kmodern kernel start' rmmod nothing
fi
for tool in insmod rmmod lsmod modinfo; do
  status=0; "$KMODERN_BIN/$tool" --no-such-option 2>/dev/null || status=$?
  [ "$status" = 1 ] || { echo "FAILED: $tool --no-such-option gives $status"; failed=1; }
  "$KMODERN_BIN/$tool" --version | grep -q '^kmodern version' || { echo "FAILED: $tool --version"; failed=1; }
  "$KMODERN_BIN/$tool" --help | grep -q '^Usage:' || { echo "FAILED: $tool --help"; failed=1; }
done
exit $failed
