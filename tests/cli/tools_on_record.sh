#!/usr/bin/env bash
# On the kernel "record" the tools show what they would do, and JSON is JSON.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"
export KMODERN_KERNEL=record
echo 'int x;' >a.c
gcc -c -o my-module.ko a.c
[ "$("$KMODERN_BIN/insmod" my-module.ko n=1 'a=1 b=2' 2>/dev/null)" = 'insmod my-module.ko n=1 a=1 b=2' ]
[ "$("$KMODERN_BIN/insmod" my-module.ko 'text="a b"' 2>/dev/null)" = 'insmod my-module.ko text="a b"' ]
[ "$("$KMODERN_BIN/lsmod")" = 'Module                  Size  Used by' ]
[ "$("$KMODERN_BIN/lsmod" --json)" = '[]' ]
[ "$("$KMODERN_BIN/lsmod" --kernel=record)" = 'Module                  Size  Used by' ]
