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
  cp "$KMODERN_SOURCE_DIR"/modules/*.[ch] .
  grep -E '^[a-z0-9-]+-y :=' "$KMODERN_SOURCE_DIR/modules/Makefile" >Kbuild
  printf 'obj-m += %s.o\n' "$@" >>Kbuild
  PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$PWD" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
}

start_kernel() { "$bin/kmodern" kernel start "$kernel" "$@" >"$work/out"; }

# start_asking_kernel [LINE]...: a kernel that loads what it asks for, of the modules that were built, with these lines of modprobe.d.
# Says 77 where it cannot.
start_asking_kernel() {
  PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$PWD" INSTALL_MOD_PATH="$work/root" modules_install \
    >"$work/make" 2>&1 || fail "$(<"$work/make")"
  mkdir "$work/modprobe.d"
  printf '%s\n' "$@" >"$work/modprobe.d/test.conf"
  printf '#!/bin/sh\nexec "%s" -C "%s" "$@"\n' "$bin/modprobe" "$work/modprobe.d" >"$work/mymodprobe"
  chmod +x "$work/mymodprobe"
  start_kernel --root "$work/root" --sysctl modprobe="$work/mymodprobe"
  "$bin/kmodern" run -k "$KMODERN_KERNEL" -- true 2>/dev/null || { echo "programs cannot be supervised here"; exit 77; }
}
loaded() { is "$("$bin/lsmod" | awk 'NR > 1 { print $1 }' | sort | xargs)" "$1"; }
all_away() { "$bin/rmmod" "$@" 2>&1 | (! grep .) || fail "$* left something behind"; }
