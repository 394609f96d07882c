# What is done with the examples of "The Linux Kernel Module Programming Guide", and what must come of it.
# shellcheck shell=bash

play_hello_1() { load; logged 'Hello world 1.'; unload; logged 'Goodbye world 1.'; }
play_hello_2() { load; logged 'Hello, world 2'; unload; logged 'Goodbye, world 2'; }
play_hello_3() { load; logged 'Hello, world 3'; unload; logged 'Goodbye, world 3'; }
play_hello_4() { load; logged 'Hello, world 4'; unload; logged 'Goodbye, world 4'; }
play_hello_5() {
  load mystring=bebop myintarray=-1,7
  logged 'mystring is a string: bebop' 'myintarray[0] = -1' 'myintarray[1] = 7' 'got 2 arguments for myintarray.'
  gives /sys/module/hello_5/parameters/myint 420
  unload
}
play_hello_6() {
  load watched=3
  logged 'watched updated to 3' 'watched starts at 3'
  gives /sys/module/hello_6/parameters/watched 3
  logged 'watched was read'
  unload
}
play_startstop() {
  load
  logged 'Hello, world - this is the kernel speaking'
  unload
  logged 'Short is the life of a kernel module'
}
play_chardev() {
  load
  gives /dev/chardev 'I already told you 0 times Hello world!'
  gives /dev/chardev 'I already told you 1 times Hello world!'
  refuses /dev/chardev hi
  logged 'Sorry, this operation is not supported.'
  unload
}
play_procfs1() { load; gives /proc/helloworld 'HelloWorld!'; logged 'procfile read helloworld'; unload; }
play_procfs2() {
  load
  takes /proc/buffer1k 'some words'
  logged 'procfile write some words'
  gives /proc/buffer1k 'HelloWorld!'
  unload
}
play_procfs3() { load; takes /proc/buffer2k 'some words'; gives /proc/buffer2k 'some words'; unload; }
play_procfs4() { load; gives /proc/iter 0; gives /proc/iter 1; unload; }
play_hello_sysfs() {
  load
  gives /sys/kernel/mymodule/myvariable 0
  takes /sys/kernel/mymodule/myvariable 32
  gives /sys/kernel/mymodule/myvariable 32
  unload
}
play_hello_debugfs() {
  local debug=/sys/kernel/debug/lkmpg_debugfs
  load
  gives $debug/debug_value 42
  takes $debug/debug_value 100
  gives /sys/module/hello_debugfs/parameters/debug_value 100
  takes $debug/debug_enabled 0
  gives $debug/debug_enabled N
  unload
}
play_hello_debugfs_file() {
  local debug=/sys/kernel/debug/lkmpg_debugfs_file
  load
  gives $debug/message 'debugfs says hello'
  takes $debug/message 'new words'
  gives $debug/message 'new words'
  gives $debug/blob 'This blob is read-only and exported with debugfs_create_blob().'
  unload
}
# Who opens the file while another has it open waits until it is closed; or fails, if told not to wait.
play_sleep() {
  load
  mkfifo "$result/held"
  kmodern open -w /proc/sleep <"$result/held" &
  exec 9>"$result/held"
  until ! timeout 10 "$bin/kmodern" open -r --nonblock /proc/sleep >"$result/read" 2>&1; do :; done
  grep -q EAGAIN "$result/read" || die "$(<"$result/read")"
  timeout 10 "$bin/kmodern" cat /proc/sleep 9>&- >"$result/read" &
  echo hello >&9
  exec 9>&-
  wait
  is "$(grep -a hello "$result/read")" 'Last input:hello'
  unload
}
# Without a terminal there is nothing to print to, as its comment says.
play_print_string() { load; unload; }
play_sched() { load; soon_logged 'work handler function.'; unload; }
play_chardev2() {
  load
  printf 'A message\n' | kmodern open --ioctl=0x40086400 /dev/char_dev >/dev/null
  is "$(head -c 100 /dev/zero | kmodern open --ioctl=0x80086401 /dev/char_dev | tr -d '\0')" 'A message'
  is "$(ioctl /dev/char_dev 0xc0046402,0)" 65
  gives /dev/char_dev 'A message'
  unload
}
play_completions() {
  load
  soon_logged 'Flywheel spins up'
  kmodern dmesg | grep -A5 'Turn the crank' | grep -q 'Flywheel spins up' || die 'the wheel does not wait for the crank'
  unload
}
play_example_tasklet() { load; soon_logged 'Example tasklet ends'; logged 'Example tasklet init continues...'; unload; }
play_example_spinlock() { load; logged 'Unlocked static spinlock' 'Unlocked dynamic spinlock'; unload; }
play_example_rwlock() { load; logged 'Read Unlocked' 'Write Unlocked'; unload; }
play_example_atomic() { load; logged 'chris: 50, debbie: 52' 'Bits 1: 00101000' 'Bits 5: 11111111'; unload; }
play_example_mutex() { load; logged 'mutex is locked' 'mutex is unlocked'; unload; }
play_ioctl() {
  load
  printf '\x2a\0\0\0' | kmodern open --ioctl=0x40046600 /dev/ioctltest >/dev/null
  logged 'IOCTL set val:2a .'
  # The value is the file's: another open begins anew.
  ioctl /dev/ioctltest 0x6603,7 >/dev/null
  is "$(kmodern open --ioctl=0x80046602 /dev/ioctltest </dev/null | od -An -td4 | tr -d ' ')" 7
  unload
}
play_static_key() {
  load
  gives /dev/key_state disabled
  takes /dev/key_state enable
  gives /dev/key_state enabled
  logged 'do unlikely thing'
  takes /dev/key_state disable
  gives /dev/key_state disabled
  unload
}
line() { echo "/sys/kernel/debug/gpio-mockup/$1"; }
soon_gives() {
  for _ in $(seq 100); do
    [[ $(kmodern cat "$1") == "$2" ]] && return
    sleep 0.1
  done
  die "$1 does not give $2"
}
# One button turns the light on, the other one off.
buttons() {
  load
  takes "$(line 17)" 1
  soon_gives "$(line 4)" 1
  takes "$(line 18)" 1
  soon_gives "$(line 4)" 0
}
play_intrpt() { buttons; unload; logged intrpt_exit; }
play_bottomhalf() {
  load
  takes "$(line 17)" 1
  soon_gives "$(line 4)" 1
  soon_logged 'Bottom half workqueue ends'
  unload
}
play_bh_threaded() { load; takes "$(line 17)" 1; soon_logged 'Bottom half task ends'; unload; }
play_led() {
  load
  takes /dev/gpio_led 1
  gives "$(line 4)" 1
  takes /dev/gpio_led 0
  gives "$(line 4)" 0
  logged 'LED ON' 'LED OFF'
  unload
}
play_devicemodel() { load; logged 'devicemodel init'; unload; logged 'devicemodel exit'; }
# As on a machine without a device tree: there is nothing to probe.
play_devicetree() { load; logged 'Module loaded successfully'; unload; logged 'Cleaning up device tree example module'; }
play_dma() { load; logged 'DMA mask=0xffffffff' 'streaming=4096'; unload; logged 'DMA demo removed'; }
play_kmem_cache() { load; logged 'Allocated obj1 at' '(id: 1)' '(id: 2)'; unload; logged 'Cleaned up and exited'; }
