#!/usr/bin/env bash
# What a kernel is told at its start: a blacklist, and that nothing is forced; its taints in words.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:told
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop told >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "start_options: $*" >&2; exit 1; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }

[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR/modules/hello.c" "$KMODERN_SOURCE_DIR/modules/greeter.c" "$work/modules"
cp "$KMODERN_SOURCE_DIR"/modules/*.h "$work/modules" 2>/dev/null || true
echo 'obj-m := hello.o greeter.o' >"$work/modules/Makefile"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
cd "$work/modules"

"$bin/kmodern" kernel stop --no-force told 2>/dev/null && fail 'stop takes an option of start'
"$bin/kmodern" kernel start --no-force --blacklist other,hello told >/dev/null
"$bin/insmod" hello.ko 2>"$work/error" && fail 'a module on the blacklist loads'
has "$(<"$work/error")" 'Operation not permitted'
has "$("$bin/kmodern" dmesg)" 'Module hello is blacklisted'
"$bin/insmod" greeter.ko
sed 's/vermagic=/wermagic=/' greeter.ko >forced.ko
"$bin/rmmod" greeter
"$bin/insmod" forced.ko 2>/dev/null && fail 'a module without vermagic loads though nothing is forced'
"$bin/kmodern" kernel stop told >/dev/null

"$bin/kmodern" kernel start told >/dev/null
"$bin/kmodern" kernel start told >/dev/null || fail 'a kernel that runs cannot be started again'
said=$("$bin/kmodern" kernel start --no-force told 2>&1) && fail 'a kernel that runs takes options'
has "$said" 'kmodern kernel stop told'
"$bin/insmod" forced.ko
has "$("$bin/kmodern" kernel status told)" 'F module loaded by force'
