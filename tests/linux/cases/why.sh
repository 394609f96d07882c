# kmodern why, about modules that are loaded, absent, held and unknown.
# only: ours
expect 0 modprobe btrfs
expect 0 kmodern why xor
says btrfs
run kmodern why no_such_module
run kmodern why crc7
configure 'blacklist msdos'
run kmodern why fs-msdos
