# Values that parameters take and do not take, through insmod.
# only: kernel
for value in 'rd_nr=1' 'rd_nr=0x2' 'rd_nr=01' 'rd_nr=-1' 'rd_nr=99999999999' 'rd_nr=' 'rd_nr' 'rd_size=-1' 'rd_size=8' 'max_part=1 max_part=2' 'rd_nr=x rd_size=y' 'rd-size=16' '-- rd_nr=x' 'rd_size="32"' 'async_probe rd_nr=1' 'brd.rd_nr=3'; do
  run insmod "$(file_of brd)" $value
  run cat /sys/module/brd/parameters/rd_nr /sys/module/brd/parameters/rd_size /sys/module/brd/parameters/max_part
  run rmmod brd
done
