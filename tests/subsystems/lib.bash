# Sourced by the tests of this folder: one user-space kernel of its own, and example modules built with the SDK.
bin=$KMODERN_BIN
work=$(mktemp -d)
kernel=subsystems$$
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:$kernel
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop "$kernel" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "$(basename "$0" .sh): $*" >&2; exit 1; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }
is() { [[ $1 == "$2" ]] || fail "'$1' is not '$2'"; }
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }

# build_modules NAME...: example modules; they are in the working directory then.
build_modules() {
  mkdir "$work/modules"
  cd "$work/modules"
  local name
  for name; do
    cp "$KMODERN_SOURCE_DIR/modules/$name.c" "$KMODERN_SOURCE_DIR"/modules/*.h .
    echo "obj-m += $name.o" >>Kbuild
  done
  PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$PWD" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
}

start_kernel() { "$bin/kmodern" kernel start "$kernel" "$@" >"$work/out"; }
