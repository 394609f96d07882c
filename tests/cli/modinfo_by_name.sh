#!/usr/bin/env bash
# modinfo finds modules by name, alias and symbol, and built-in ones, and prints what kmod prints.
set -eu
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}
tree=$(ls -d "$cache"/debian/*/lib/modules/* 2>/dev/null | head -n 1)
[ -n "$tree" ] || { echo "no Debian kernel in $cache/debian: skipped"; exit 77; }
[ -x /sbin/modinfo ] && /sbin/modinfo --version | grep -q '^kmod version [0-9]*$' || { echo "kmod is not installed: skipped"; exit 77; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
release=$(basename "$tree")
mkdir -p "$work/lib/modules/$release/kernel/fs"
there=$work/lib/modules/$release
cp "$tree"/modules.* "$there"
for folder in lib net/sched crypto fs/ext4 fs/jbd2 fs/mbcache.ko sound/core; do
  mkdir -p "$there/kernel/$(dirname "$folder")"
  ln -s "$tree/kernel/$folder" "$there/kernel/$folder" 2>/dev/null || true
done
cp -rL "$there/kernel" "$there/real" && rm -r "$there/kernel" && mv "$there/real" "$there/kernel"
/sbin/depmod -b "$work" "$release" 2>/dev/null

failed=0
while read -r options; do
  # shellcheck disable=SC2086
  /sbin/modinfo -b "$work" -k "$release" $options >"$work/theirs" 2>&1 && a=0 || a=$?
  # shellcheck disable=SC2086
  "$KMODERN_BIN/modinfo" -b "$work" -k "$release" $options >"$work/ours" 2>&1 && b=0 || b=$?
  # kmod prints build-id since version 33 only.
  tr '\0' '\n' <"$work/ours" | grep -av '^build-id' >"$work/ours.lines" || true
  tr '\0' '\n' <"$work/theirs" >"$work/theirs.lines"
  if [ $a != $b ] || ! cmp -s "$work/theirs.lines" "$work/ours.lines"; then
    echo "modinfo $options: status $b in place of $a, or"; diff -a "$work/theirs.lines" "$work/ours.lines" | head; failed=1
  fi
done <<'CASES'
crc7
-n snd-pcm
unix
-0 unix
-F name unix
-F filename unix
-m fs-ext4
-F filename fs-ext4
-p tpm
tpm
-F filename symbol:snd_pcm_new
-m -F filename snd-pcm
-m unix
-F parmtype tpm
-F alias net-pf-1
-n net-pf-1
-F depends ext4
CASES

# The manual says that the case of a field's name does not matter; with kmod it does.
[ "$("$KMODERN_BIN/modinfo" -b "$work" -k "$release" -F LiCeNsE crc7)" = GPL ] || failed=1
"$KMODERN_BIN/modinfo" -b "$work" -k "$release" ext5 2>&1 | grep -q 'did you mean ext4' || { echo "no near name"; failed=1; }
"$KMODERN_BIN/modinfo" --json -b "$work" -k "$release" crc7 ext4 | python3 -c '
import json, sys
crc7, ext4 = json.load(sys.stdin)
assert crc7["name"] == "crc7" and crc7["license"] == ["GPL"], crc7
assert "fs-ext4" in ext4["alias"] and ext4["depends"] == "jbd2,mbcache,crc16", ext4' || failed=1
exit $failed
