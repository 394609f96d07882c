# Without modules.dep modprobe cannot know any module.
rm "$tree"/modules.dep "$tree"/modules.dep.bin
expect 1 modprobe crc7
expect 0 depmod -a
expect 0 modprobe crc7
loaded crc7
