#!/usr/bin/env bash
# Each kind of bad input, given to each tool that takes such a thing, against a user-space kernel: exit status 1, at most
# two lines that name the thing, the errno and the cure; and nothing is loaded or lost.
set -eu
[ -x "$KMODERN_BIN/../libexec/kmodern/ukernel" ] || { echo "the user-space kernel is not built: skipped"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:bad-$$
trap '"$KMODERN_BIN/kmodern" kernel stop "bad-$$" >/dev/null 2>&1; rm -rf "$work"' EXIT
cd "$work"
cat >good.c <<'EOF'
#include <linux/module.h>
static int count;
module_param(count, int, 0);
static int __init start(void) { pr_info("%d\n", count); return 0; }
module_init(start);
MODULE_LICENSE("GPL");
EOF
cat >needy.c <<'EOF'
#include <linux/module.h>
int nobody_has_this(void);
static int __init start(void) { return nobody_has_this(); }
module_init(start);
MODULE_LICENSE("GPL");
EOF
echo 'obj-m := good.o needy.o' >Makefile
PATH=$KMODERN_BIN:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" M="$work" modules >make.log 2>&1 || { cat make.log; exit 1; }
"$KMODERN_BIN/kmodern" kernel start "bad-$$" >/dev/null
failed=0

# refuses TEXT COMMAND...
refuses() {
  local text=$1 said status=0; shift
  said=$("$KMODERN_BIN/$1" "${@:2}" 2>&1 >/dev/null) || status=$?
  [ "$status" = 1 ] && grep -qF -- "$text" <<<"$said" && [ "$(wc -l <<<"$said")" -le 2 ] && return
  printf 'FAILED: %s\n wanted: %s\n got (%s): %s\n' "$*" "$text" "$status" "$said"; failed=1
}
# Changes bytes of a copy of good.ko: NAME OFFSET OCTAL...
patched() { cp good.ko "$1.ko"; printf "$3" | dd of="$1.ko" bs=1 seek="$2" conv=notrunc 2>/dev/null; }

: >empty.ko; echo 'just a text' >text.ko; mkdir folder.ko; head -c 2000 good.ko >cut.ko
gzip -c good.ko | head -c 400 >packed.ko.gz
patched foreign 18 '\267'
sed 's/ SMP mod_unload / SMP            /' good.ko >older.ko
# The record of __versions is the CRC in 8 bytes, and the name.
at=$(grep -obUaP '_printk\x00{20}' good.ko | head -n 1 | cut -d: -f1)
patched stale $((at - 8)) '\001\002\003\004'

for tool in insmod modprobe; do
  where=$work/
  refuses 'No such file or directory' $tool "${where}none.ko"
  refuses 'irectory' $tool "${where}folder.ko"
  refuses 'text.ko: is not a module: it is a text file (ENOEXEC' $tool "${where}text.ko"
  refuses 'empty' $tool "${where}empty.ko"
  refuses 'cut.ko: at offset 0x' $tool "${where}cut.ko"
  refuses 'Invalid architecture in ELF header: 183 (ENOEXEC)' $tool "${where}foreign.ko"
  refuses "the kernel's vermagic says mod_unload" $tool "${where}older.ko"
  refuses 'it is built against another version of _printk (0x' $tool "${where}stale.ko"
  refuses 'nobody_has_this' $tool "${where}needy.ko"
  refuses "parameter 'count' is of type int: 'x' is no number (EINVAL); give count=VALUE" $tool "${where}good.ko" count=x
done
refuses 'the gzip data is damaged' insmod packed.ko.gz
refuses 'the gzip data is damaged' modinfo ./packed.ko.gz
refuses 'cut.ko: at offset 0x' modinfo ./cut.ko
refuses 'folder.ko: is a directory' modinfo ./folder.ko
refuses 'it is a text file' modinfo ./text.ko
refuses 'the file is empty' modinfo ./empty.ko
refuses 'rmmod: ERROR: Module good is not currently loaded' rmmod good
refuses 'Module nothing not found' modprobe -d "$work" nothing
refuses 'Module nothing not found' modprobe -d "$work" -r nothing
[ "$("$KMODERN_BIN/lsmod" | wc -l)" = 1 ] || { echo 'FAILED: something is loaded:'; "$KMODERN_BIN/lsmod"; failed=1; }

# depmod leaves the damaged ones out, says which, and indexes the others.
tree=$work/lib/modules/6.1.0-kmodern; mkdir -p "$tree"
cp good.ko cut.ko empty.ko text.ko packed.ko.gz "$tree"; ln -s nowhere.ko "$tree/link.ko"
"$KMODERN_BIN/depmod" -b "$work" 6.1.0-kmodern 2>errors && { echo 'FAILED: depmod is content'; failed=1; }
for file in cut.ko empty.ko text.ko packed.ko.gz link.ko; do
  [ "$(grep -c "/$file: is left out: .* (E[A-Z]*[:)]" errors)" = 1 ] || { echo "FAILED: depmod and $file:"; cat errors; failed=1; }
done
[ "$(cut -d: -f1 "$tree/modules.dep")" = good.ko ] || { cat "$tree/modules.dep"; failed=1; }

# As a user who may not.
if [ "$(id -u)" = 0 ] && setpriv --reuid=65534 --clear-groups true 2>/dev/null; then
  chmod 711 "$work"; chmod 600 good.ko
  mkdir -m 700 theirs; chown 65534 theirs
  as_nobody() { setpriv --reuid=65534 --clear-groups env XDG_RUNTIME_DIR="$work/theirs" "$KMODERN_BIN/$1" "${@:2}"; }
  may_not() {
    local text=$1 said status=0; shift
    said=$(as_nobody "$@" 2>&1 >/dev/null) || status=$?
    [ "$status" = 1 ] && grep -qF -- "$text" <<<"$said" && return
    printf 'FAILED: %s as nobody\n wanted: %s\n got (%s): %s\n' "$*" "$text" "$status" "$said"; failed=1
  }
  if as_nobody kmodern kernel start "bad-$$" >/dev/null 2>&1; then
    may_not 'good.ko: cannot open: Permission denied (EACCES)' insmod good.ko
    may_not 'Permission denied' modinfo ./good.ko
    may_not 'cannot create a file beside it: Permission denied (EACCES); run it as root' depmod -b "$work" 6.1.0-kmodern
    as_nobody kmodern kernel stop "bad-$$" >/dev/null
  fi
fi
exit $failed
