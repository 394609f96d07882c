# Another vermagic is refused with ENOEXEC and explained in the log; another release alone is not, with modversions.
expect 1 insmod "$fixtures/other-vermagic/crc7.ko"
warns 'Invalid module format'
logged "crc7: version magic '6.1.0-56-amd64 UMP preempt mod_unload modversions ' should be"
absent crc7
expect 0 insmod "$fixtures/other-release/crc7.ko"
loaded crc7
