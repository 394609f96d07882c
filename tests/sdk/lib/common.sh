# Sourced by the tests of the SDK: $work is a fresh folder, `sdk_make DIR [TARGET...]` builds there.
set -eu
source_dir=${KMODERN_SOURCE_DIR:?}
export KMODERN=${KMODERN_BIN:?}/kmodern
[ -x "$KMODERN" ] || { echo "skipped: $KMODERN is not built"; exit 77; }
[ -x "$KMODERN_BIN/../libexec/kmodern/ukernel" ] || { echo "skipped: the user-space kernel is not built"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sdk_make() {
  local dir=$1
  shift
  make -C "$source_dir/sdk" M="$dir" "$@"
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# A module of one file that loads: write_module DIR NAME [TEXT-OF-INIT].
write_module() {
  cat > "$1/$2.c" <<EOF
#include <linux/module.h>
static int __init start(void) { ${3:-return 0;} return 0; }
static void __exit stop(void) {}
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
EOF
}
