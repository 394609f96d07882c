# What the tests of kerneld share: . lib.bash NAME. A folder $work; a user-space kernel user:NAME, to be started, that is
# stopped at the end, and a kerneld that writes to $work/log and, if $daemon is its pid, is killed.
bin=$KMODERN_BIN kmodern=$KMODERN_BIN/kmodern
[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
kernel=$1
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:$kernel
mkdir -m 700 "$work/runtime"
daemon=
end() {
  [[ -z $daemon ]] || kill -9 $daemon 2>/dev/null || true
  "$kmodern" kernel stop "$kernel" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap end EXIT
fail() { echo "$kernel: $*" >&2; cat "$work"/log* >&2 || true; exit 1; }
same() { [[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"; }
within() { # within SECONDS COMMAND...: tries until it succeeds
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < until)) || fail "not in time: $*"
    sleep 0.05
  done
}
logged() { grep -qF -- "$1" "$work/log"; }
