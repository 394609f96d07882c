# What is done with scull of "Linux Device Drivers", and what must come of it.
# shellcheck shell=bash

play_scull() {
  load
  # Memory that lives on, of any length, at any position.
  takes /dev/scull "$(seq 5000)"
  is "$(kmodern open -r /dev/scull | md5sum)" "$(printf '%s' "$(seq 5000)" | md5sum)"
  is "$(kmodern open -r --seek=2 /dev/scull | head -n1)" 2
  is "$(ioctl /dev/scull 0x6b07,0)" 4000
  is "$(ioctl /dev/scull 0x6b03,100)" 0
  is "$(kmodern open --ioctl=0x80046b05 /dev/scull </dev/null | od -An -td4 | tr -d ' ')" 100
  # A pipe: empty; with no reader or writer left it forgets what was in it.
  is "$(kmodern open -r --poll=0 /dev/scullp)" out
  kmodern open -r --nonblock /dev/scullp 2>"$result/why" && die 'an empty pipe gives something'
  grep -q EAGAIN "$result/why" || exit 1
  takes /dev/scullp words
  unload
}
