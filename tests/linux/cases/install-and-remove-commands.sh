# install and remove commands run in place of the load; $CMDLINE_OPTS carries the options.
configure 'install crc7 echo installing $CMDLINE_OPTS; modprobe --ignore-install crc7' \
  'remove crc7 echo removing; modprobe -r --ignore-remove crc7'
expect 0 modprobe crc7 a=1
says 'installing a=1'
loaded crc7
expect 0 modprobe -r crc7
says removing
absent crc7
configure 'install crc8 false'
expect 1 modprobe crc8
absent crc8
expect 0 modprobe -i crc8
