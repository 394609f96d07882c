# A tool that is started with nothing open must not take a module's file for its stderr; it speaks to the system log.
syslogd -O /run/syslog -S
usleep 300000
cp "$fixtures/cut/crc7.ko" "$(file_of crc8)"
(exec modprobe crc7 <&- >&- 2>&-)
[ $? = 0 ] || complain 'modprobe fails with closed descriptors'
(exec modprobe crc8 <&- >&- 2>&-)
[ $? = 1 ] || complain 'modprobe of a damaged module does not fail'
(exec insmod "$fixtures/text/crc7.ko" <&- >&- 2>&-)
[ $? = 1 ] || complain 'insmod of a text file does not fail'
(exec rmmod crc8 <&- >&- 2>&-)
[ $? = 1 ] || complain 'rmmod of an absent module does not fail'
usleep 300000
sed 's/.*[0-9] \([a-z]*:\)/\1/' /run/syslog >lines
expect 0 grep -m 1 "^modprobe: ERROR: could not insert 'crc8'" lines
loaded crc7
