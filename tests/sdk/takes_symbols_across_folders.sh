# Module.symvers of one folder serves the build of another, which then depends on it.
. "$(dirname "$0")/lib/common.sh"
mkdir "$work/lib" "$work/user"
cat > "$work/lib/provider.c" <<'EOF'
#include <linux/module.h>
int provided(void);
int provided(void) { return 1; }
EXPORT_SYMBOL_GPL(provided);
int spaced = 2;
EXPORT_SYMBOL_NS(spaced, ROOM);
MODULE_LICENSE("GPL");
EOF
echo 'obj-m := provider.o' > "$work/lib/Makefile"
cat > "$work/user/consumer.c" <<'EOF'
#include <linux/module.h>
int provided(void);
extern int spaced;
static int __init start(void) { return provided() - spaced; }
module_init(start);
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(ROOM);
EOF
echo 'obj-m := consumer.o' > "$work/user/Makefile"
sdk_make "$work/lib" modules
grep -q "^0x[0-9a-f]\{8\}	provided	$work/lib/provider	EXPORT_SYMBOL_GPL	" "$work/lib/Module.symvers" || fail "Module.symvers: $(cat "$work/lib/Module.symvers")"
grep -q "	spaced	.*	EXPORT_SYMBOL	ROOM" "$work/lib/Module.symvers" || fail "no namespace in Module.symvers"
sdk_make "$work/user" modules 2>&1 | grep -q "Unknown symbol provided" || fail "an unknown symbol was not reported"
sdk_make "$work/user" KBUILD_EXTRA_SYMBOLS="$work/lib/Module.symvers" modules > "$work/out" 2>&1
! grep -q WARNING "$work/out" || fail "$(cat "$work/out")"
[ "$("$KMODERN_BIN/modinfo" -F depends "$work/user/consumer.ko")" = provider ] || fail "depends= is not provider"
