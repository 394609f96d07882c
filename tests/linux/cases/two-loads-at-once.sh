# Two modprobes of the same chain: both succeed, everything is there once.
modprobe xfs & first=$!
modprobe xfs & second=$!
wait $first || complain 'the first fails'
wait $second || complain 'the second fails'
loaded xfs libcrc32c
