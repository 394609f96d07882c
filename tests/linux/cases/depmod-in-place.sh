# The same indexes from the same tree (modules.symbols as a set of lines: kmod's order there is that of its hash).
expect 0 depmod -a
for name in dep alias softdep devname; do expect 0 cat "$tree/modules.$name"; done
expect 0 sort "$tree/modules.symbols"
expect 0 depmod -A
