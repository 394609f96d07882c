#!/usr/bin/env bash
# modprobe -a -j loads what its arguments need once, in the order of needs, and tells each failure.
set -uo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
tree=$here/lib/modules/6.1.0-test
mkdir -p "$tree/kernel"
module() { # module NAME NEEDS...: a file that exports NAME_symbol and imports those of NEEDS
  local name=$1 need
  shift
  {
    printf 'void %s_symbol(void);\n' "$name"
    for need; do printf 'void %s_symbol(void);\n' "$need"; done
    printf 'void %s_symbol(void) { %s }\n' "$name" "$(for need; do printf '%s_symbol();' "$need"; done)"
    printf '__asm__(".section __ksymtab_strings,\\"aMS\\",@progbits,1\\n__kstrtab_%s_symbol: .asciz \\"%s_symbol\\"\\n.previous");\n' "$name" "$name"
    printf '__asm__(".globl __ksymtab_%s_symbol\\n.section ___ksymtab+%s_symbol,\\"a\\"\\n__ksymtab_%s_symbol: .long 0,0,0\\n.previous");\n' "$name" "$name" "$name"
  } >"$here/$name.c"
  gcc -c "$here/$name.c" -o "$tree/kernel/$name.ko"
}
module base
module left base
module right base
module top left right
printf 'kernel/%s.ko\n' base left right top >"$tree/modules.order"
: >"$tree/modules.builtin"
: >"$tree/modules.builtin.modinfo"
"$KMODERN_BIN/depmod" -b "$here" 6.1.0-test || exit 1
grep -q '^kernel/top.ko: .*base.ko' "$tree/modules.dep" || { cat "$tree/modules.dep"; exit 1; }
mkdir "$here/config"
ask() { "$KMODERN_BIN/modprobe" --kernel record -C "$here/config" -d "$here" -S 6.1.0-test "$@"; }

ask -a -j 4 top left top >"$here/actions" || { echo "it failed"; exit 1; }
sed 's|.*/||; s|\.ko.*||' "$here/actions" >"$here/order"
[[ $(sort "$here/order" | tr '\n' ' ') == 'base left right top ' ]] || { echo "not each once:"; cat "$here/order"; exit 1; }
[[ $(sed -n '1p;$p' "$here/order" | tr '\n' ' ') == 'base top ' ]] || { echo "not in order:"; cat "$here/order"; exit 1; }

echo 'install left false' >"$here/config/x.conf"
ask -a -j 4 top nosuch right >"$here/actions" 2>"$here/said"
[[ $? == 1 ]] || { echo "no failure was told"; exit 1; }
grep -q "could not insert 'left'" "$here/said" && grep -q "'top' needs it" "$here/said" &&
  grep -q "Module nosuch not found" "$here/said" || { cat "$here/said"; exit 1; }
! grep -q top.ko "$here/actions" && grep -q right.ko "$here/actions" || { cat "$here/actions"; exit 1; }

! ask -j 4 top 2>/dev/null || { echo "-j without -a was taken"; exit 1; }
! ask -a -j 0 top 2>/dev/null || { echo "-j 0 was taken"; exit 1; }
