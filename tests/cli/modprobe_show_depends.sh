#!/usr/bin/env bash
# modprobe -D equals Debian's kmod line for line: for every module of the Debian kernel, for 2,000 of its
# aliases, without configuration and with a rich one. What docs/differences.md names is taken out first:
# kmod prints a module again for every way that leads to it; and it heeds one softdep line of a module,
# so that both get a configuration in which each module has one. Blanks at the ends of lines do not count.
# KMODERN_FULL=1: one process for each name (30 s), and all 39,000 aliases.
set -euo pipefail

ours=$KMODERN_BIN/modprobe
kmods=$(PATH=$PATH:/sbin:/usr/sbin command -v modprobe || true)
depmod=$(PATH=$PATH:/sbin:/usr/sbin command -v depmod || true)
[ -n "$kmods" ] && [ -n "$depmod" ] || { echo "skipped: kmod is not installed"; exit 77; }
"$kmods" -V | grep -q '^kmod version' || { echo "skipped: modprobe is not kmod's"; exit 77; }
cache=${KMODERN_CACHE:-$HOME/.cache/kmodern}/debian
release=$(ls "$cache" 2>/dev/null | head -1 || true)
[ -n "$release" ] || { echo "skipped: no Debian kernel in $cache"; exit 77; }

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
unset MODPROBE_OPTIONS KMODERN_KERNEL
modules=$work/lib/modules/$release
mkdir -p "$modules"
ln -s "$cache/$release/lib/modules/$release/kernel" "$modules/kernel"
cp "$cache/$release/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$modules"
"$depmod" -b "$work" "$release"

# Names, and aliases with something in the place of each wildcard.
sed 's/:.*//; s,.*/,,; s/\.ko.*//' "$modules/modules.dep" > "$work/names"
awk '$1 == "alias" && NF == 3 { alias = $2; gsub(/\*/, "0", alias); gsub(/\?/, "1", alias)
       while (match(alias, /\[[^]]*\]/)) alias = substr(alias, 1, RSTART - 1) \
         substr(alias, RSTART + 1, 1) substr(alias, RSTART + RLENGTH); print alias }' \
  "$modules/modules.alias" "$modules/modules.symbols" | sort -u > "$work/all-aliases"
count=$(wc -l < "$work/all-aliases")
[ -n "${KMODERN_FULL:-}" ] && cp "$work/all-aliases" "$work/aliases" ||
  awk -v step=$((count / 2000)) 'NR % step == 0 && ++taken <= 2000' "$work/all-aliases" > "$work/aliases"

# One softdep line for each module that has several.
mkdir "$work/plain" "$work/rich"
awk '$1 == "softdep" { lines[$2]++; mode = ""
       for (i = 3; i <= NF; i++) if ($i ~ /^(pre|post):$/) mode = $i; else if (mode != "") words[$2, mode] = words[$2, mode] " " $i }
     END { for (m in lines) if (lines[m] > 1 && ((m, "pre:") in words || (m, "post:") in words)) print "softdep " m \
       (((m, "pre:") in words) ? " pre:" words[m, "pre:"] : "") (((m, "post:") in words) ? " post:" words[m, "post:"] : "") }' \
  "$modules/modules.softdep" > "$work/plain/a-softdeps.conf"
echo 'install end_of_one /bin/true' > "$work/plain/end.conf"
cp "$work/plain"/* "$work/rich"
cat > "$work/rich/b-rich.conf" <<'END'
# every kind of line, with names in every spelling
options snd-hda-intel power_save=1 index=0
options snd_hda_intel	model=generic
options ext4 a=1 \
  b=2
options pci:v*d*sv*sd*bc03sc*i* on_alias=1
alias crc16 crc-ccitt
alias eth* e1000e
alias my-disk nvme
alias my-disk ahci
blacklist nouveau
blacklist crc-ccitt
install usb-storage /sbin/modprobe --ignore-install usb-storage $CMDLINE_OPTS && echo loaded
install floppy /bin/false
install dccp* /bin/echo no dccp
remove loop echo bye
softdep loop pre: brd nosuch post: i8042 dummy
softdep nbd pre: my-disk
softdep minix post: mbcache
softdep mbcache pre: ext4
softdep snd-[h-i]da-intel pre: loop
weakdep_is_not_known_to_kmod_30
END

# Prints "NAME<tab>LINE" for each line that -D prints of each name of a file, each line once.
# A name whose only output is kmod's silence about an alias that leads nowhere gives no line either.
show() {  # modprobe configuration names; as one process for each if $single
  if [ -n "$single" ]; then
    while IFS= read -r name; do
      echo "#$name"; "$1" -d "$work" -S "$release" -C "$2" -D -q "$name" || true
    done < "$3"
  else
    sed 's/$/\nend_of_one/' "$3" | xargs -n 4000 "$1" -d "$work" -S "$release" -C "$2" -a -D -q || true
  fi 2>/dev/null | awk -v names="$3" -v single="$single" '
    function next_name() { name = ""; getline name < names; delete seen }
    BEGIN { if (single == "") next_name() }
    single != "" && /^#/ { name = substr($0, 2); delete seen; next }
    single == "" && /^install \/bin\/true $/ { next_name(); next }
    { sub(/ +$/, "") }
    !seen[$0]++ { print name "\t" $0 }'
}

failed=0
for config in plain rich; do
  for list in names aliases; do
    single=; [ "$list" = aliases ] || single=${KMODERN_FULL:-}
    show "$kmods" "$work/$config" "$work/$list" > "$work/kmod"
    show "$ours" "$work/$config" "$work/$list" > "$work/ours"
    total=$(wc -l < "$work/$list")
    lines=$(wc -l < "$work/kmod")
    differing=$({ diff "$work/kmod" "$work/ours" || true; } | sed -n 's/^[<>] \([^\t]*\)\t.*/\1/p' | sort -u | wc -l)
    echo "$config configuration, $total $list: $lines lines, $((total - differing)) equal, $differing differ"
    [ "$lines" -gt "$((total / 2))" ] || { echo "too few lines to compare"; failed=1; }
    if [ "$differing" -ne 0 ]; then failed=1; { diff "$work/kmod" "$work/ours" || true; } | head -20; fi
  done
done
exit $failed
