# For the tests of this folder: the example modules built, a kernel named fuse with them, $work, fail, same, has,
# within SECONDS COMMAND...; skips where /dev/fuse cannot be used.
kmodern=$KMODERN_BIN/kmodern
[[ -x $KMODERN_BIN/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
(: <>/dev/fuse) 2>/dev/null || { echo "/dev/fuse cannot be opened"; exit 77; }
name=${0##*/}
work=$(mktemp -d)
mnt=$work/mnt
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:fuse
mkdir -m 700 "$work/runtime" "$mnt"
leave() {
  "$kmodern" kernel stop fuse >/dev/null 2>&1 || true
  umount -l "$mnt" 2>/dev/null || fusermount3 -qzu "$mnt" 2>/dev/null || true
  rm -rf "$work"
}
trap leave EXIT
fail() { echo "${name%.sh}: $*" >&2; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }
# Until a condition holds: a command that succeeds.
soon() {
  local i
  for ((i = 0; i < 500; i++)); do
    "$@" && return
    sleep 0.02
  done
  fail "in vain: $*"
}
not() { ! "$@"; }

mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR"/modules/{chardev,ioctl,parameters,sleeper}.c "$KMODERN_SOURCE_DIR/modules/ioctl.h" \
  "$KMODERN_SOURCE_DIR"/tests/fuse/{opener,ready,slow}.c "$work/modules"
echo 'obj-m := chardev.o ioctl.o opener.o parameters.o ready.o sleeper.o slow.o' >"$work/modules/Kbuild"
PATH=$KMODERN_BIN:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
gcc -O1 -Wall -I "$KMODERN_SOURCE_DIR/modules" -o "$work/calls" "$KMODERN_SOURCE_DIR/tests/fuse/calls.c"
start_kernel() {
  "$kmodern" kernel start fuse >/dev/null
  local module
  for module in chardev ioctl opener parameters ready sleeper slow; do "$KMODERN_BIN/insmod" "$work/modules/$module.ko"; done
}
mount_it() {
  "$kmodern" mount "$@" "$mnt" 2>"$work/error" && return
  grep -qE 'EPERM|EACCES' "$work/error" && { echo "mounting is not permitted: $(<"$work/error")"; exit 77; }
  fail "$(<"$work/error")"
}
mounted() { grep -q " $mnt fuse" /proc/self/mounts; }
