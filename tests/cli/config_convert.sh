#!/usr/bin/env bash
# A classic modules.conf steers modprobe, and its conversion steers it in the same way.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
release=6.1.0-test
tree=$here/lib/modules/$release
mkdir -p "$tree/kernel" "$here/new"
cat >"$here/modules.conf" <<END
alias eth0 3c59x
options 3c59x debug=1
alias net-pf-10 off
keep
alias eth1 \`touch $here/ran\`
END
gcc -x c -c /dev/null -o "$tree/kernel/3c59x.ko"
"$KMODERN_BIN/depmod" -b "$here" "$release"
ask() { # ask CONFIG
  "$KMODERN_BIN/modprobe" -C "$1" -d "$here" -S "$release" -D eth0 2>"$here/said"
  "$KMODERN_BIN/modprobe" -C "$1" -d "$here" -S "$release" -D net-pf-10 2>/dev/null
}

ask "$here/modules.conf" >"$here/classic"
grep -q "modules.conf line 5: a command in backquotes is not expanded" "$here/said" || { cat "$here/said"; exit 1; }
grep -q "insmod .*3c59x.ko debug=1" "$here/classic"
grep -q "install /bin/false" "$here/classic"

"$KMODERN_BIN/kmodern" config convert -o "$here/new" "$here/modules.conf" >/dev/null 2>&1
mv "$here/new/modules.conf" "$here/new/converted.conf"
ask "$here/new" >"$here/converted"
diff "$here/classic" "$here/converted"
[[ ! -e $here/ran ]] || { echo "the backquotes were run"; exit 1; }

"$KMODERN_BIN/kmodern" config convert -o "$here/new" "$here/modules.conf" >/dev/null 2>&1
if "$KMODERN_BIN/kmodern" config convert -o "$here/new" "$here/modules.conf" >/dev/null 2>&1; then
  echo "a file was replaced without --force"
  exit 1
fi
