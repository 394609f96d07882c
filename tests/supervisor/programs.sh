#!/usr/bin/env bash
# kmodern run: the programs of a Debian system that load modules, each against a fresh kernel that stands for Debian's.
set -eu
kmodern=$KMODERN_BIN/kmodern
shopt -s nullglob
trees=("${KMODERN_CACHE:-$HOME/.cache/kmodern}"/debian/*/lib/modules/*)
[[ ${#trees[@]} -gt 0 ]] || { echo "Debian's modules are not here (tools/fetch-debian-kernel brings them)"; exit 77; }
[[ -x $KMODERN_BIN/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
for tool in /sbin/modprobe busybox /lib/systemd/systemd-modules-load udevadm /usr/lib/dracut/dracut-install; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed (tools/setup test)"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_RUNTIME_DIR=$work/runtime PATH=/usr/sbin:/sbin:$PATH
unset KMODERN_KERNEL
chmod 755 "$work" # programs of other users read it, too
mkdir -m 700 "$work/runtime"
fail() { echo "programs: $*" >&2; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }

release=${trees[0]##*/}
tree=${trees[0]%/lib/modules/*}
root=$work/root
modules=$root/lib/modules/$release
# Only what is used here: copies, since busybox's depmod follows no links.
mkdir -p "$modules" "$root/usr/src"
cp "$tree/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$modules"
ln -s "$tree"/usr/src/* "$root/usr/src"
for name in btrfs xfs dummy crc7 crc32c_generic blake2b_generic xor raid6_pq zstd_compress libcrc32c sunrpc e1000; do
  path=$(cd "$tree/lib/modules/$release" && find kernel -name "${name//_/?}.ko")
  mkdir -p "$modules/${path%/*}"
  cp "$tree/lib/modules/$release/$path" "$modules/$path"
done
depmod -b "$root" "$release"
run() { "$kmodern" run --release "$release" --root "$root" -- "$@"; }
script() { run sh -euc "$1"; }
file() { echo "/lib/modules/$release/$(cd "$modules" && find kernel -name "$1.ko")"; }

# What is built in and has no folder in /sys/module is known by the indexes.
has "$(run "$KMODERN_BIN/rmmod" atkbd 2>&1 || true)" 'rmmod: ERROR: Module atkbd is builtin.'

# kmod: all its tools in one session.
said=$(script "depmod; modinfo -F license btrfs; modprobe dummy; insmod $(file crc7); lsmod; rmmod crc7; modprobe -r dummy; lsmod")
has "$said" GPL
same "$(tail -n +2 <<<"$said")" "$(printf 'Module                  Size  Used by\n%s\n%s\nModule                  Size  Used by' \
  'crc7                   16384  0' 'dummy                  16384  0')" 'kmod'

# busybox, a static program. It changes to /lib/modules/RELEASE and names its files from there.
said=$(script "busybox depmod; busybox modprobe xfs; busybox lsmod; busybox modinfo crc7; busybox insmod $(file crc7)
  busybox rmmod crc7; busybox modprobe -r xfs; cat /proc/modules")
has "$said" 'libcrc32c              16384  1 xfs'
has "$said" 'kernel/lib/crc7.ko'
[[ $said != *'Live'* ]] || fail "busybox left modules: $said"
# Its depmod has written into --root, and nowhere else.
[[ -s $modules/modules.dep && ! -e /lib/modules/$release/modules.dep ]] || fail 'depmod wrote elsewhere'

# systemd-modules-load: by its arguments' files.
echo crc7 >"$work/list.conf"
script "/lib/systemd/systemd-modules-load $work/list.conf; test -d /sys/module/crc7"

# udev's built-in: what a rule with RUN{builtin}+="kmod load" does for a device.
device=$(find /sys/devices -maxdepth 3 -name uevent -printf '%h\n' | head -n 1)
depmod -b "$root" "$release"
said=$(script "udevadm test-builtin 'kmod load pci:v00008086d00001000sv*sd*bc*sc*i*' ${device:-/sys/devices/virtual} >/dev/null 2>&1; lsmod")
has "$said" e1000

# dracut-install: copies a module and what it needs to an initramfs.
mkdir "$work/initramfs"
run /usr/lib/dracut/dracut-install -D "$work/initramfs" --kerneldir "/lib/modules/$release" -m xfs
found=$(find "$work/initramfs" -name '*.ko' -printf '%f\n' | sort | xargs)
same "$found" 'crc32c_generic.ko libcrc32c.ko xfs.ko' dracut-install

# Shells, pipelines, folders.
same "$(script 'modprobe btrfs; cd /sys/module/xor; ls holders | while read -r user; do cat "../$user/initstate"; done')" live 'a pipeline'
same "$(script 'modprobe btrfs; cd /sys/module/xor/holders/btrfs && /bin/pwd -P; find /sys/module -name xor -type d | wc -l')" \
  $'/sys/module/btrfs\n1' 'folders'
same "$(script 'modprobe xfs; ls -l /sys/module/libcrc32c/holders | sed -n "s/.* //; \$p"')" '../../xfs' 'ls -l'

# A program without privileges.
if ((EUID == 0)); then
  has "$(run setpriv --reuid 65534 --clear-groups sh -c '/sbin/modprobe dummy; cat /sys/module/*/sections/.text' 2>&1 || true)" \
    'Operation not permitted'
fi

# A killed `kmodern run` takes its kernel along.
"$kmodern" run -- sleep 15 &
runner=$!
for ((i = 0; i < 100; i++)); do [[ $("$kmodern" kernel list) ]] && break; sleep 0.1; done
[[ $("$kmodern" kernel list) ]] || fail 'no kernel runs'
kill -KILL "$runner"
for ((i = 0; i < 100; i++)); do [[ $("$kmodern" kernel list) ]] || break; sleep 0.1; done
same "$("$kmodern" kernel list)" '' 'kernels after a killed run'
