#!/usr/bin/env bash
# Who waits for a module can be ended, even where the module does not care; and the kernel's end is the mount's.
set -eu
source "$KMODERN_SOURCE_DIR/tests/fuse/common.bash"
start_kernel
mount_it

uses() { "$kmodern" cat "/sys/module/$1/refcnt"; }
used() { [[ $(uses "$1") == "$2" ]]; }
ended_by() { # ended_by SIGNAL STATUS COMMAND... DEVICE: a blocked command's status
  local signal=$1 want=$2 status=0 module=${!#} before
  module=${module##*/}
  shift 2
  before=$(uses "$module")
  "$@" >/dev/null 2>&1 &
  soon used "$module" $((before + 1))
  kill "-$signal" $!
  wait $! || status=$?
  same "$status" "$want" "status of $* after SIG$signal"
}
ended_by TERM 143 cat "$mnt/dev/slow"
ended_by KILL 137 cat "$mnt/dev/slow"
ended_by TERM 143 "$kmodern" run -k user:fuse -- cat /dev/slow

# What waits interruptibly is interrupted, and no more in use then.
for device in "$mnt/dev/sleeper" /dev/sleeper; do
  how=()
  [[ $device == /dev/* ]] && how=("$kmodern" run -k user:fuse --)
  ended_by TERM 143 "${how[@]}" cat "$device"
  soon used sleeper 0
done
has "$("$kmodern" dmesg)" 'sleeper: cat is interrupted'
"$work/calls" --interrupted "$mnt" || fail 'a signal that is handled'

# A program that waits in open(2) as well; afterwards the module is free.
ended_by TERM 143 cat "$mnt/dev/opener"
soon used opener 0
ended_by TERM 143 "$kmodern" run -k user:fuse -- cat /dev/opener
soon used opener 0

# Others are served meanwhile.
same "$(cat "$mnt/sys/module/slow/initstate")" live 'a text while readers wait'

# The kernel is killed while a reader waits: the reader gets an error, and the mount is gone.
before=$(uses slow)
cat "$mnt/dev/slow" >/dev/null 2>"$work/error" &
reader=$!
soon used slow $((before + 1))
kill -KILL "$("$kmodern" kernel status fuse | awk '$1 == "pid" { print $2 }')"
wait "$reader" && fail 'a reader of a dead kernel succeeded'
soon not mounted
same "$(ls -A "$mnt")" '' 'the folder afterwards'
