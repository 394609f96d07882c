#!/usr/bin/env bash
# `kmodern policy test` says what would happen and which rule decides; export gives modprobe.d lines.
set -uo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
failures=0
check() { # check STATUS TEXT ARGUMENTS...
  local status=$1 text=$2 said got
  shift 2
  said=$("$KMODERN_BIN/kmodern" policy "$@" -f "$here/kerneld.toml" 2>&1)
  got=$?
  [[ $got == "$status" && $said == *"$text"* ]] && return
  printf 'policy %s: status %s, not %s, and: %s\n' "$*" "$got" "$status" "$said"
  failures=$((failures + 1))
}
cat >"$here/kerneld.toml" <<END
[[rule]]
action = "deny"
class = "crypto"
user = "guest"

[[rule]]
action = "deny"
name = "algif_aead"
END
tree=$here/lib/modules/6.1.0-test
mkdir -p "$tree/kernel"
gcc -x c -c - -o "$tree/kernel/algif_aead.ko" <<<'__attribute__((section(".modinfo"), used)) char a[] = "alias=odd-name";'
"$KMODERN_BIN/depmod" -b "$here" 6.1.0-test 2>/dev/null

check 1 "deny by $here/kerneld.toml line 1" test --user guest net-pf-38
check 0 "allow: no rule speaks of it and the mode is open" test --user root net-pf-38
check 1 "deny by $here/kerneld.toml line 6" test -b "$here" -k 6.1.0-test odd-name
check 0 "class   filesystem" test fs-ext4
check 0 "install algif_aead /bin/false" export
check 2 "Usage" test
echo 'action = ' >>"$here/kerneld.toml"
check 2 "kerneld.toml line 9" test x
((failures == 0))
