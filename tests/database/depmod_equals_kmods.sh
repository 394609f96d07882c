#!/usr/bin/env bash
# On all of a Debian kernel's modules, depmod's text indexes are those of Debian's own depmod, byte for byte
# (modules.symbols line for line: kmod's order there is that of its hash table), and Debian's modprobe gets the same
# answers from the binary ones.
set -eu
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}
tree=$(ls -d "$cache"/debian/*/lib/modules/* 2>/dev/null | head -n 1)
[ -n "$tree" ] || { echo "no Debian kernel in $cache/debian: skipped"; exit 77; }
/sbin/depmod --version 2>/dev/null | grep -q '^kmod version [0-9]*$' || { echo "kmod is not installed: skipped"; exit 77; }
release=${tree##*/}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

for who in theirs ours; do
  mkdir -p "$work/$who/lib/modules/$release"
  for part in kernel modules.order modules.builtin modules.builtin.modinfo; do
    ln -s "$tree/$part" "$work/$who/lib/modules/$release/$part"
  done
done
theirs=$work/theirs/lib/modules/$release ours=$work/ours/lib/modules/$release
/sbin/depmod -C /dev/null -b "$work/theirs" "$release"
"$KMODERN_BIN/depmod" -C /dev/null -b "$work/ours" "$release"

for text in dep alias softdep devname; do
  cmp "$theirs/modules.$text" "$ours/modules.$text"
  echo "modules.$text: $(wc -l <"$ours/modules.$text") equal lines"
done
# kmod writes modules.weakdep since version 33.
[ ! -e "$theirs/modules.weakdep" ] || cmp "$theirs/modules.weakdep" "$ours/modules.weakdep"
LC_ALL=C sort "$theirs/modules.symbols" >"$work/theirs.symbols"
LC_ALL=C sort "$ours/modules.symbols" | cmp - "$work/theirs.symbols"
echo "modules.symbols: $(wc -l <"$ours/modules.symbols") equal lines"
[ "$(stat -c %a "$ours"/modules.*.bin | sort -u)" = 644 ]
[ -z "$(find "$work/ours" -name '*.new')" ]

same_answers() { # WHAT OPTIONS... <WORDS
  local what=$1
  shift
  cat >"$work/words"
  for who in theirs ours; do
    xargs -r /sbin/modprobe -C /dev/null -d "$work/$who" -S "$release" "$@" <"$work/words" 2>&1 |
      sed "s|$work/$who||" >"$work/$who.answers" || true
  done
  cmp "$work/theirs.answers" "$work/ours.answers" || { diff "$work/theirs.answers" "$work/ours.answers" | head; exit 1; }
  [ -s "$work/ours.answers" ]
  echo "$what: $(wc -l <"$work/words") questions, $(wc -l <"$work/ours.answers") equal lines"
}
for who in theirs ours; do
  /sbin/modprobe -c -C /dev/null -d "$work/$who" -S "$release" >"$work/$who.dump"
done
cmp "$work/theirs.dump" "$work/ours.dump"
echo "modprobe -c: $(wc -l <"$work/ours.dump") equal lines"
sed 's/:.*//; s/.*\///; s/\.ko.*//' "$ours/modules.dep" >"$work/names"
same_answers "modprobe -R NAME" -a -R <"$work/names"
same_answers "modprobe -D NAME" -a -D <"$work/names"
awk '/^alias/ {print $2}' "$ours/modules.alias" | awk 'NR % 13 == 0' | tr '*' 'x' | sed 's/\[[^]]*\]/0/g' | head -n 2000 |
  same_answers "modprobe -R ALIAS" -a -R
awk '/^alias/ {print $2}' "$ours/modules.symbols" | head -n 500 | same_answers "modprobe -R SYMBOL" -a -R
sed 's/.*\///; s/\.ko//' "$tree/modules.builtin" | same_answers "modprobe -R BUILTIN" -a -R
tr '\0' '\n' <"$tree/modules.builtin.modinfo" | sed -n 's/^[^.]*\.alias=//p' | tr '*' 'x' |
  same_answers "modprobe -R BUILTIN-ALIAS" -a -R
