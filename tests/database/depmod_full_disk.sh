#!/usr/bin/env bash
# When the disk is full, depmod names the file and ENOSPC, leaves the old indexes as they are, and nothing behind.
set -u
[ -n "${INSIDE:-}" ] || {
  unshare -rm true 2>/dev/null || { echo "no mount namespace can be had here: skipped"; exit 77; }
  INSIDE=1 exec unshare -rm bash "$0"
}
work=$(mktemp -d); trap 'umount "$work" 2>/dev/null; rm -rf "$work"' EXIT
mount -t tmpfs -o size=512k none "$work" || { echo "no tmpfs can be mounted here: skipped"; exit 77; }
release=6.1.0-test
tree=$work/lib/modules/$release
mkdir -p "$tree/kernel"
echo '.section .modinfo,"a"; .asciz "alias=pci:v1*"' | as -o "$tree/kernel/first.ko" -
"$KMODERN_BIN/depmod" -b "$work" "$release" 2>/dev/null || exit 1
(cd "$tree" && md5sum modules.*) >"$work/before"

echo '.section .modinfo,"a"; .asciz "alias=pci:v2*"' | as -o "$tree/kernel/second.ko" -
dd if=/dev/zero of="$work/filler" bs=4k 2>/dev/null
# Room for a few of the files, not for all.
truncate -s -20480 "$work/filler"
"$KMODERN_BIN/depmod" -b "$work" "$release" >"$work/output" 2>&1 && { echo "depmod succeeded on a full disk"; exit 1; }
output=$(grep FATAL "$work/output")
echo "$output"
case $output in
  *"$tree/modules."*": No space left on device (ENOSPC); make room"*) ;;
  *) echo "the message does not name file, errno and cure"; exit 1 ;;
esac
(cd "$tree" && md5sum --quiet -c "$work/before") || { echo "the old indexes were changed"; exit 1; }
[ -z "$(find "$tree" -name '*.new*')" ] || { echo "left behind:"; ls -l "$tree"; exit 1; }
rm "$work/filler"
"$KMODERN_BIN/depmod" -b "$work" "$release" 2>/dev/null || exit 1
grep -q second "$tree/modules.dep"
