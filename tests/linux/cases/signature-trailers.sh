# What stands behind a module: a trailer that is damaged is refused, none is tolerated.
# only: kernel
for damage in flipped sig-length sig-type sig-params; do
  run insmod "$fixtures/$damage/crc7.ko"
  run rmmod crc7
done
