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
has "$said" '^kernel      user:status, .*, 1 module$'
has "$said" '^taints      O out-of-tree module'
has "$said" '^kerneld     does not run: nobody listens at .*/status.kerneld; `kerneld --kernel user:status` starts it'
has "$said" '^record .*no requests have been recorded'
has "$said" '^going next  hello'

# A kerneld that listens elsewhere is found by an option, its configuration, or the environment's.
printf '[daemon]\nsocket = "%s/k.sock"\nstore = "%s/k.db"\n' "$work" "$work" >"$work/kerneld.toml"
"$bin/kerneld" -f "$work/kerneld.toml" 2>"$work/log" &
trap 'kill $!; "$bin/kmodern" kernel stop status >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
until grep -q serves "$work/log"; do sleep 0.05; done
has "$("$bin/kmodern" status -f "$work/kerneld.toml")" '^kerneld     runs'
has "$(KMODERN_CONFIG=$work/kerneld.toml "$bin/kmodern" status)" "^record      $work/k.db"
has "$(env -u KMODERN_KERNEL "$bin/kmodern" status --socket "$work/k.sock")" '^kernel      user:status'
has "$("$bin/kmodern" status --kernel linux --socket "$work/k.sock")" '^kerneld     the one at .* serves user:status'
has "$(KMODERN_CONFIG=$work/kerneld.toml "$bin/kmodern" requests 2>&1; echo "status $?")" '^status 0'

# The running Linux need not have modules to be shown.
has "$("$bin/kmodern" status --kernel linux)" '^kernel      linux, '
