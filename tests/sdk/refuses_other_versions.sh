# A module that was built against another version of a structure is refused, with what differs; after a rebuild it loads.
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/kernel.sh"
kmodern=$KMODERN_BIN/kmodern
mkdir "$work/m"
cat > "$work/m/box.h" <<'EOF2'
struct lid { int open; };
struct box { int size; char *name; struct lid *lid; };
int box_size(struct box *box);
int plain(int number);
EOF2
cat > "$work/m/box.c" <<'EOF2'
#include <linux/module.h>
#include "box.h"
int box_size(struct box *box) { return box->size; }
EXPORT_SYMBOL(box_size);
int plain(int number) { return number; }
EXPORT_SYMBOL_GPL(plain);
MODULE_LICENSE("GPL");
EOF2
cat > "$work/m/user.c" <<'EOF2'
#include <linux/module.h>
#include "box.h"
static int __init start(void) { struct box box = { .size = plain(0) }; return box_size(&box); }
static void __exit stop(void) {}
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
EOF2
echo 'obj-m := box.o user.o' > "$work/m/Makefile"
crc() { sed -n "s/^\(0x[0-9a-f]*\)	$1	.*/\1/p" "$2/Module.symvers"; }

sdk_make "$work/m" modules >/dev/null 2>&1
cp -r "$work/m" "$work/old"
"$KMODERN_BIN/insmod" "$work/old/box.ko"
"$KMODERN_BIN/insmod" "$work/old/user.ko"
"$KMODERN_BIN/rmmod" user box

# The same source elsewhere, with other options: the same versions.
mkdir "$work/elsewhere"
cp "$work/m"/*.[ch] "$work/m/Makefile" "$work/elsewhere"
sdk_make "$work/elsewhere" modules KCFLAGS="-O1 -g1 -g3" >/dev/null 2>&1
cmp <(cut -f 1,2 "$work/m/Module.symvers") <(cut -f 1,2 "$work/elsewhere/Module.symvers") || fail "versions depend on the build"

# A member of a structure that is reached through a pointer: the version of what reaches it changes, no other.
sed -i 's/struct lid { int open; }/struct lid { long open; }/' "$work/m/box.h"
sdk_make "$work/m" modules >/dev/null 2>&1
[ "$(crc box_size "$work/m")" != "$(crc box_size "$work/old")" ] || fail "box_size has its old version"
[ "$(crc plain "$work/m")" = "$(crc plain "$work/old")" ] || fail "plain has another version"

"$KMODERN_BIN/insmod" "$work/m/box.ko"
cp "$work/old/user.ko" "$work/m/old-user.ko"
! "$KMODERN_BIN/insmod" "$work/m/old-user.ko" 2> "$work/errors" || fail "it was loaded"
for word in box_size "$(crc box_size "$work/m")" "$(crc box_size "$work/old")" \
  "struct lid: member open at offset 0 is int in user, long in box"; do
  grep -qF "$word" "$work/errors" || fail "insmod does not say $word: $(cat "$work/errors")"
done
"$kmodern" dmesg | grep -q "user: disagrees about version of symbol box_size" || fail "the log does not say it"
"$kmodern" dmesg | grep -q "user: Unknown symbol box_size (err -22)" || fail "the log does not say it twice"

# Without DWARF it is refused as well, and the message says what is missing.
strip --strip-debug "$work/m/old-user.ko"
! "$KMODERN_BIN/insmod" "$work/m/old-user.ko" 2> "$work/errors" || fail "it was loaded"
grep -q "box_size.*$(crc box_size "$work/old")" "$work/errors" || fail "no version: $(cat "$work/errors")"
grep -q "neither DWARF nor BTF" "$work/errors" || fail "it does not say that types are not known: $(cat "$work/errors")"

"$KMODERN_BIN/insmod" "$work/m/user.ko"
"$KMODERN_BIN/rmmod" user box
