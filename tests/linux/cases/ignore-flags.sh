# finit_module's flags: IGNORE_MODVERSIONS 1, IGNORE_VERMAGIC 2. The signature is not looked for then.
# only: kernel
for flags in 1 2 3; do
  expect 0 modcall finit "$(file_of crc7)" '' $flags
  run cat /sys/module/crc7/taint
  expect 0 rmmod crc7
done
expect 0 modcall finit "$fixtures/other-vermagic/crc7.ko" '' 1
expect 0 modcall finit "$fixtures/other-vermagic/crc7.ko" '' 2
expect 0 modcall finit "$fixtures/other-crc/crc8.ko" '' 2
expect 0 modcall finit "$fixtures/other-crc/crc8.ko" '' 1
