# Section headers that lead outside of the file, or to nothing.
# only: kernel
for damage in first-section names-end section-offset section-link section-name stripped no-modinfo; do
  run insmod "$fixtures/section-$damage/crc7.ko"
done
