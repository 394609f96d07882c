# insmod adds nothing: what a module needs is an unknown symbol, named in the kernel's log.
expect 1 insmod "$(file_of xfs)"
warns 'Unknown symbol in module'
logged 'xfs: Unknown symbol crc32c (err -2)'
absent xfs libcrc32c
