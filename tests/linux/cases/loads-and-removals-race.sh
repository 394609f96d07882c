# Loads and removals of one module at the same time leave it whole: there or not.
(for i in 1 2 3 4 5; do modprobe crc7; done) >/dev/null 2>&1 &
(for i in 1 2 3 4 5; do rmmod crc7; done) >/dev/null 2>&1 &
wait
expect 0 modprobe crc7
loaded crc7
