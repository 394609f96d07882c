# What is built in has its parameters and its version in /sys/module, and what it lacks is not there.
cd /sys/module
run ls tcp_cubic printk kernel ipv6
run sh -c "find tcp_cubic printk rcutree -type f -exec stat -c '%A %s %n' {} + | sort"
run cat tcp_cubic/version
for one in tcp_cubic/parameters/* printk/parameters/* zswap/parameters/max_pool_percent; do
	run grep -H '' $one
done
run cat tcp_cubic/initstate
expect 0 sh -c 'echo 718 >tcp_cubic/parameters/beta'
run cat tcp_cubic/parameters/beta
run sh -c 'echo many >tcp_cubic/parameters/beta'
run cat tcp_cubic/parameters/beta
