# blacklist hides the module's aliases, not its name; with -b the name too.
configure 'blacklist msdos'
expect 0 modprobe -b msdos
absent msdos
run modprobe fs-msdos
run modprobe -D fs-msdos
expect 0 modprobe msdos
loaded msdos
