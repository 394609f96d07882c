#!/usr/bin/env bash
# The calls that initramfs-tools, dracut and mkinitcpio make get the answers of Debian's kmod: same lines, same exit
# status. (-d and -b stand where the scripts rely on /lib/modules.)
set -uo pipefail
theirs=$(dirname "$(PATH=$PATH:/sbin:/usr/sbin command -v modprobe || echo /nowhere/)")
"$theirs/modprobe" -V 2>/dev/null | grep -q '^kmod version' || { echo "skipped: kmod is not installed"; exit 77; }
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}/debian
release=$(ls "$cache" 2>/dev/null | head -1 || true)
[ -n "$release" ] || { echo "skipped: no Debian kernel in $cache"; exit 77; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
unset MODPROBE_OPTIONS KMODERN_KERNEL
modules=$work/lib/modules/$release
mkdir -p "$modules" "$work/conf"
for part in kernel modules.order modules.builtin modules.builtin.modinfo; do
  ln -s "$cache/$release/lib/modules/$release/$part" "$modules/$part"
done
"$KMODERN_BIN/depmod" -a -b "$work" "$release" || exit 1
printf 'install floppy /bin/false\nblacklist loop\noptions loop max_loop=8\n' >"$work/conf/a.conf"

failures=0 calls=0
same() { # TOOL ARGUMENTS: one line of each module is enough, and what kmod ends in a blank
  local tool=$1 who; shift
  [ "$tool" = modprobe ] && set -- -d "$work" -C "$work/conf" "$@"
  calls=$((calls + 1))
  for who in theirs ours; do
    local bin=$theirs; [ $who = theirs ] || bin=$KMODERN_BIN
    "$bin/$tool" "$@" >"$work/$who.out" 2>/dev/null
    local status=$?
    [ -z "${silent:-}" ] || : >"$work/$who.out"  # the script throws it away
    echo "status $status" >>"$work/$who.out"
    tr '\0' '\n' <"$work/$who.out" | sed 's/ *$//; /^build-id[:=]/d' | awk '!seen[$0]++' >"$work/$who"
  done
  cmp -s "$work/theirs" "$work/ours" && return
  failures=$((failures + 1))
  echo "$tool $*:"; diff "$work/theirs" "$work/ours" | head -5
}
names="ext4 loop xfs ahci usb-storage nvme virtio_blk hid-generic floppy i8042 nosuch e1000e snd-hda-intel atkbd nouveau"

# initramfs-tools: manual_add_modules, and the firmware of what it copied.
same modprobe --all --set-version="$release" --ignore-install --quiet --show-depends $names
same modprobe --all --set-version="$release" --quiet --show-depends $names
for name in $names; do
  same modinfo -b "$work" -k "$release" -F firmware "$name"
  # mkinitcpio: add_module and its autodetection.
  same modinfo -b "$work" -k "$release" -0 "$name"
  same modprobe -S "$release" -D "$name"
  # dracut: whether there is such a module, and its options.
  silent=1 same modprobe -S "$release" --dry-run -q "$name"
  same modinfo -b "$work" -k "$release" -F filename "$name"
done
same modprobe -S "$release" -qaR $names pci:v00008086d00001E31sv0sd0bc0Csc03i30
same modprobe -S "$release" -qaR fs-ext4 char-major-10-234 symbol:crc16
echo "$calls calls, $failures differ"
[ "$failures" -eq 0 ]
