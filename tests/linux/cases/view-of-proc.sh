# The files of the module system in /proc: modes, texts.
# only: kernel
files='/proc/modules /proc/kallsyms /proc/sys/kernel/modprobe /proc/sys/kernel/modules_disabled /proc/sys/kernel/tainted
 /proc/sys/kernel/printk'
for file in $files; do expect 0 stat -c '%A %u %g %s %F %n' $file; done
expect 0 cat /proc/sys/kernel/modprobe /proc/sys/kernel/modules_disabled /proc/sys/kernel/tainted /proc/sys/kernel/printk
expect 0 sh -c 'echo /bin/helper >/proc/sys/kernel/modprobe; cat /proc/sys/kernel/modprobe'
expect 0 sh -c 'echo "5 4" >/proc/sys/kernel/printk; cat /proc/sys/kernel/printk'
run sh -c 'echo x >/proc/modules'
