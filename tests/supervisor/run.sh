#!/usr/bin/env bash
# kmodern run: Debian's own kmod, and busybox, against a user-space kernel: one that stands for Debian's, with its
# modules, and one that runs the code of modules built with the SDK.
set -eu
kmodern=$KMODERN_BIN/kmodern
[[ -x $KMODERN_BIN/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
for tool in modprobe insmod rmmod lsmod depmod; do
  [[ $(readlink -f "/sbin/$tool") == */kmod ]] || { echo "kmod is not installed"; exit 77; }
done
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime PATH=/usr/sbin:/sbin:$PATH
unset KMODERN_KERNEL
mkdir -m 700 "$work/runtime"
trap '"$kmodern" kernel stop named >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "run: $*" >&2; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }

# Exit status and errors.
status=0; "$kmodern" run -- sh -c 'exit 7' || status=$?
same "$status" 7 'exit status'
status=0; "$kmodern" run -- sh -c 'kill -9 $$' || status=$?
same "$status" 137 'status of a killed command'
status=0; "$kmodern" run -- no-such-command 2>/dev/null || status=$?
same "$status" 127 'status of a missing command'
status=0; said=$("$kmodern" run -k user:nosuch -- true 2>&1) || status=$?
same "$status" 125 'status without a kernel'
has "$said" 'kmodern kernel start nosuch'
same "$("$kmodern" kernel list)" '' 'kernels that were left behind'

# The SDK's modules, whose code runs, by Debian's insmod.
mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR"/modules/*.[ch] "$KMODERN_SOURCE_DIR/modules/Makefile" "$work/modules"
PATH=$KMODERN_BIN:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
"$kmodern" kernel start named >/dev/null
cd "$work/modules"
"$kmodern" run -k user:named -- sh -c 'insmod greeter.ko word=Moin && insmod greet.ko'
same "$("$kmodern" cat -k user:named /sys/module/greeter/parameters/word)" Moin 'parameter'
same "$("$kmodern" ls -k user:named /sys/module)" $'greet\ngreeter' '/sys/module'
same "$("$kmodern" ls -k user:named /sys/module/greeter/holders)" greet 'holders'
has "$("$kmodern" dmesg -k user:named)" 'greeter: ready'
has "$("$kmodern" run -k user:named -- rmmod greeter 2>&1 || true)" 'Module greeter is in use by: greet'
same "$("$kmodern" run -k user:named -- sh -c 'rmmod greet greeter; cat /proc/modules')" '' '/proc/modules at the end'
said=$("$kmodern" cat -k user:named /sys/module/greeter/refcnt 2>&1) && fail 'a module that is gone has a refcnt'
has "$said" 'kmodern ls /sys/module'
"$kmodern" kernel stop named >/dev/null

# Debian's modules.
shopt -s nullglob
trees=("${KMODERN_CACHE:-$HOME/.cache/kmodern}"/debian/*/lib/modules/*)
[[ ${#trees[@]} -gt 0 ]] || { echo "Debian's modules are not here: the rest is left out"; exit 0; }
release=${trees[0]##*/}
tree=${trees[0]%/lib/modules/*}
root=$work/root
mkdir -p "$root/lib/modules/$release" "$root/usr/src"
cp "$tree/lib/modules/$release"/modules.* "$root/lib/modules/$release"
ln -s "$tree/lib/modules/$release/kernel" "$root/lib/modules/$release/kernel"
ln -s "$tree"/usr/src/* "$root/usr/src"
depmod -b "$root" "$release"
run() { "$kmodern" run --release "$release" --root "$root" -- "$@"; }

same "$(run uname -r)" "$release" 'uname -r'
run sh -c 'modprobe btrfs; lsmod; echo; cat /proc/modules; echo; modprobe -rv btrfs; lsmod' >"$work/out"
has "$(<"$work/out")" 'libcrc32c'
same "$(awk '$1 == "raid6_pq" && NF == 4 { print $3, $4; exit }' "$work/out")" '1 btrfs' 'lsmod'
grep -qE '^xor [0-9]+ 1 btrfs, Live 0x[0-9a-f]{16}$' "$work/out" || fail "/proc/modules: $(<"$work/out")"
# As the real kernel was seen to do it, module for module.
same "$(sed -n 's/^rmmod //p' "$work/out" | xargs)" 'btrfs libcrc32c zstd_compress raid6_pq xor blake2b_generic' 'removal'

has "$(run sh -c 'modprobe btrfs; rmmod xor' 2>&1 || true)" 'Module xor is in use by: btrfs'
raid=/lib/modules/$release/kernel/lib/raid6/raid6_pq.ko
has "$(run sh -c "insmod $raid; insmod $raid" 2>&1 || true)" 'File exists'
has "$(run insmod "/lib/modules/$release/kernel/fs/btrfs/btrfs.ko" 2>&1 || true)" 'Unknown symbol in module'
has "$(run modprobe dummy numdummies=many 2>&1 || true)" 'Invalid argument'
run modprobe dummy nosuchparameter=1
# ipmi_si's arrays of parameters count in init data, which is gone when they are freed.
run sh -c 'modprobe ipmi_si; modprobe -r ipmi_si'
# Per-CPU data.
run modprobe af_packet_diag 2>/dev/null || run modprobe nf_conntrack
if command -v busybox >/dev/null; then
  same "$(run sh -c "busybox insmod $raid && busybox lsmod | busybox awk 'NR == 2 { print \$1 }'; busybox rmmod raid6_pq; busybox uname -r")" \
    "raid6_pq"$'\n'"$release" 'busybox'
fi

# A whole class of modules, and the same in a kernel that was started for itself.
"$kmodern" kernel start --release "$release" --root "$root" named >/dev/null
find "$tree/lib/modules/$release/kernel/net" -name '*.ko*' -printf '%f\n' | sed 's/\.ko.*//' >"$work/names"
"$kmodern" run -k user:named --root "$root" -- xargs -a "$work/names" modprobe -a
loaded=$("$kmodern" cat -k user:named /proc/modules | wc -l)
((loaded >= $(wc -l <"$work/names"))) || fail "of $(wc -l <"$work/names") modules below net/ $loaded are loaded"
same "$("$kmodern" dmesg -k user:named | grep -c 'is linked, but not run')" 1 'lines that say that code is not run'
