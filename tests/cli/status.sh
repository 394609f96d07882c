#!/usr/bin/env bash
# `kmodern status` of a user-space kernel: says that no kerneld runs, and which modules go next.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:status
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop status >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "status: $*" >&2; exit 1; }
has() { grep -qE -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
cp "$KMODERN_SOURCE_DIR"/modules/{hello.c,Makefile} "$work"
echo 'obj-m := hello.o' >"$work/Makefile"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"

said=$("$bin/kmodern" status 2>&1) && fail 'there is a status without a kernel'
has "$said" 'kmodern kernel start status'
"$bin/kmodern" kernel start status >/dev/null
"$bin/insmod" --autoclean "$work/hello.ko"
said=$("$bin/kmodern" status)
has "$said" '^kernel      user:status, .*, 1 modules'
has "$said" '^kerneld     does not run'
has "$said" '^record .*no requests have been recorded'
has "$said" '^going next  hello'
