# -s sends messages to syslog instead of stderr, under the tool's name and with their level.
syslogd -O /run/syslog -S
usleep 300000
expect 1 modprobe -s no_such_module
expect 1 rmmod -s crc7
run insmod -s "$fixtures/text/crc7.ko"
usleep 300000
sed 's/.*[0-9] \([a-z]*:\)/\1/' /run/syslog >lines
expect 0 grep -m 1 '^modprobe: FATAL: Module no_such_module' lines
expect 0 grep '^rmmod: ERROR' lines
