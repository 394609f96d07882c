# Eight loads of one file at the same time: one succeeds, the others get EEXIST.
# only: kernel
for i in 1 2 3 4 5 6 7 8; do modcall finit "$(file_of brd)" >out.$i & done
wait
expect 0 sh -c 'cat out.* | sort | uniq -c'
loaded brd
