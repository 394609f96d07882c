# No license; a symbol for GPL modules only; a namespace that is not imported.
. "$(dirname "$0")/lib/common.sh"
mkdir "$work/m"
cat > "$work/m/provider.c" <<'EOF'
#include <linux/module.h>
int guarded;
EXPORT_SYMBOL_GPL(guarded);
int spaced;
EXPORT_SYMBOL_NS(spaced, ROOM);
MODULE_LICENSE("GPL");
EOF
cat > "$work/m/closed.c" <<'EOF'
#include <linux/module.h>
extern int guarded, spaced;
int init_module(void) { return guarded + spaced; }
MODULE_LICENSE("Proprietary");
EOF
echo 'int init_module(void);int init_module(void) { return 0; }' > "$work/m/silent.c"
echo 'obj-m := provider.o closed.o silent.o' > "$work/m/Makefile"
sdk_make "$work/m" modules > "$work/out" 2>&1 || fail "$(cat "$work/out")"
grep -q 'closed.ko: uses guarded, which is for modules with a GPL-compatible license only' "$work/out" || fail "$(cat "$work/out")"
grep -q 'closed.ko: uses spaced from namespace ROOM: add MODULE_IMPORT_NS(ROOM)' "$work/out" || fail "$(cat "$work/out")"
grep -q 'silent.ko: no MODULE_LICENSE' "$work/out" || fail "$(cat "$work/out")"
