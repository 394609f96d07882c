# modprobe of what is built in: done already.
expect 0 modprobe ipv6
expect 0 modprobe -v ipv6
run modprobe --first-time ipv6
run modprobe -D ipv6
run modprobe -r ipv6
