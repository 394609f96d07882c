#!/usr/bin/env bash
# Who asks for what the policy denies sees what he sees where modprobe fails: the errno of Linux at that call.
set -eu
. "$(dirname "$0")/lib.bash" refused

# ERRNO and the call, as fs/, net/ and drivers/ of Linux 6.1 give it.
calls='ENXIO open -r /dev/char/99:3
ENXIO use block 99:1 size
ENODEV use filesystem msdos image ls
EAFNOSUPPORT use socket 18 dgram 7
ENODEV use netdev eth0 up
ENOENT use crypto crc32c
EINVAL use nls iso8859-15
EINVAL use ldisc 7
ENOEXEC use exec image'
printf '\x7fXYZ\x01\x02\x03%2048d' 0 >"$work/image"
answers() {
  while read -r errno words; do
    said=$(cd "$work" && "$kmodern" $words </dev/null 2>&1) && fail "$1: there is something at $words"
    [[ $said == *"($errno)"* ]] || fail "$1: $words gives no $errno: $said"
  done <<<"$calls"
}

# The running system need not be able to supervise programs: one that cannot be run has failed, too.
"$kmodern" kernel start --sysctl modprobe=/bin/false refused >/dev/null
answers 'without a daemon'
printf '[daemon]\nstore = ""\n[[rule]]\naction = "deny"\nalias = "*"\n' >"$work/kerneld.toml"
"$bin/kerneld" -f "$work/kerneld.toml" -d "$work/root" 2>"$work/log" &
daemon=$!
for ((i = 0; i < 600; ++i)); do grep -q serves "$work/log" && break; sleep 0.05; done
answers 'with a daemon that denies'
[[ $(grep -c 'is denied to' "$work/log") -ge 9 ]] || fail "not all were denied"
