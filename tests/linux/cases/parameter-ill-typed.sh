# A value that the parameter cannot take: EINVAL, nothing is loaded.
expect 1 modprobe brd rd_nr=many
logged "brd: \`many' invalid for parameter \`rd_nr'"
expect 1 insmod "$(file_of brd)" rd_nr=many
expect 1 insmod "$(file_of brd)" rd_nr
absent brd
