# Several modules, one of several parts, one in a folder of its own, flags per folder and per file; in parallel.
. "$(dirname "$0")/lib/common.sh"
mkdir -p "$work/m/sub" "$work/m/include"
write_module "$work/m" one
echo '#define FROM_HEADER 1' > "$work/m/include/own.h"
cat > "$work/m/part-a.c" <<'EOF'
#include <linux/module.h>
#include "own.h"
#if !FROM_HEADER || FOLDER_FLAG != 3 || FILE_FLAG != 4
#error flags are missing
#endif
int part_b(void);
static int __init start(void) { pr_info(KBUILD_MODNAME "\n"); return part_b(); }
module_init(start);
MODULE_LICENSE("GPL");
EOF
cat > "$work/m/part-b.c" <<'EOF'
#include <linux/kernel.h>
#ifdef FILE_FLAG
#error a flag of another file
#endif
int part_b(void);
int part_b(void) { return 0; }
EOF
write_module "$work/m/sub" inner
echo 'obj-m := inner.o' > "$work/m/sub/Makefile"
cat > "$work/m/Kbuild" <<'EOF'
obj-m := one.o two-parts.o
obj-m += sub/
two-parts-objs := part-a.o
two-parts-y += part-b.o
ccflags-y := -I$(src)/include -DFOLDER_FLAG=3
CFLAGS_part-a.o := -DFILE_FLAG=4
EOF
sdk_make "$work/m" -j4 modules
for ko in one.ko two-parts.ko sub/inner.ko; do [ -f "$work/m/$ko" ] || fail "$ko was not built"; done
[ "$("$KMODERN_BIN/modinfo" -F name "$work/m/two-parts.ko")" = two_parts ] || fail "the name keeps its dash"
grep -qa two_parts "$work/m/part-a.o" || fail "KBUILD_MODNAME of a part is not the module's"
