#!/usr/bin/env bash
# kmodern static-nodes prints what kmod does, of a whole kernel's tree where there is one.
set -euo pipefail
kmodern=$KMODERN_BIN/kmodern
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "static_nodes: $*" >&2; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }

release=$(uname -r)
folder=$work/lib/modules/$release
mkdir -p "$folder"
printf '# A comment.\ntun net/tun c10:200\nfuse fuse c10:229\nloop blk/loop0 b7:0\n' >"$folder/modules.devname"
nodes() { "$kmodern" static-nodes -d "$work" "$@"; }

same "$(nodes -f tmpfiles)" 'd /dev/net 0755 - - -
c! /dev/net/tun 0600 - - - 10:200
c! /dev/fuse 0600 - - - 10:229
d /dev/blk 0755 - - -
b! /dev/blk/loop0 0600 - - - 7:0' tmpfiles
nodes -f tmpfiles -o "$work/run/tmpfiles.d/nodes.conf"
same "$(nodes -f tmpfiles)" "$(<"$work/run/tmpfiles.d/nodes.conf")" 'the file'

# Beside kmod, which knows the running kernel's tree only.
if kmod=$(PATH=$PATH:/sbin:/bin type -P kmod) && unshare -rm true 2>/dev/null && [[ -d /lib/modules ]]; then
  for format in human tmpfiles devname; do
    unshare -rm bash -c 'mount --bind "$1" /lib/modules && "$2" static-nodes -f "$3" -o "$4"' \
      - "$work/lib/modules" "$kmod" "$format" "$work/kmods"
    same "$(nodes -f "$format")" "$(<"$work/kmods")" "$format beside kmod"
  done
fi

# Mistakes.
echo 'bad line' >>"$folder/modules.devname"
said=$(nodes -f devname 2>&1 >"$work/rest") && fail 'a line that is none'
[[ $said == *'modules.devname line 5'* && $(wc -l <"$work/rest") == 3 ]] || fail "of a bad line: $said"
said=$(nodes -f nosuch 2>&1) && fail 'a format that is none'
[[ $said == *"'nosuch'"*tmpfiles* ]] || fail "of a format: $said"
said=$(nodes -S 0.0 -o "$work/none" 2>&1) || fail 'status without modules.devname'
[[ $said == *'not found - ignoring'* && ! -s $work/none ]] || fail "without modules.devname: $said"

# By kmod's name.
ln -s "$kmodern" "$work/kmod"
same "$("$work/kmod" static-nodes -d "$work" -f human 2>/dev/null | head -n 1)" 'Module: tun' 'kmod static-nodes'
KMODERN_KERNEL=record "$work/kmod" list >/dev/null || fail 'kmod list'
