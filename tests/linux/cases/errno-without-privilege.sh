# EPERM comes before everything else.
# only: kernel
for call in 'finit bad' 'init 0' 'init bad' 'delete nosuch' 'delete bad'; do
  expect 0 su nobody -c "modcall $call"
done
echo 1 >/proc/sys/kernel/modules_disabled
for call in 'finit bad x 8' 'init 0' 'delete nosuch'; do
  expect 0 modcall $call
done
