# Each field of the ELF header that the loader checks.
# only: kernel
for damage in magic type machine section-size section-offset names-index; do
  expect 1 insmod "$fixtures/elf-$damage/crc7.ko"
done
expect 0 insmod "$fixtures/elf-osabi/crc7.ko"
