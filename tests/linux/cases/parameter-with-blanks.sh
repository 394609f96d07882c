# A value with blanks is quoted on its way to the kernel.
expect 0 modprobe -v crc7 'text=two words' 'other="quoted already"' empty=
logged "unknown parameter 'text' ignored"
